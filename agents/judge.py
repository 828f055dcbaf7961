"""The consistency judge: does a Lean statement say what the informal text says?

The stages of the prompt follow the consistency check of ATF (arXiv 2510.06857, section 3) and
ReForm (arXiv 2510.24592): analyse the text, analyse the Lean, compare, decide. A judge that cannot
tell, or whose answer cannot be parsed, abstains; an abstention is never a vote.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from proofloop.agents.examples import ExampleSource, shown
from proofloop.agents.frames import DECIDE, DECIDED, EXAMPLE, LEAN, RUBRIC, TEXT, paragraphs
from proofloop.agents.llm.base import Model, Request, Sampling
from proofloop.agents.llm.structured import ask_each
from proofloop.agents.panel.vote import SAMPLES, Pair, Vote, decided, failed
from proofloop.agents.prompts import Prompt
from proofloop.tools.examples.example import Example


class Judgement(BaseModel):
    model_config = ConfigDict(frozen=True)

    reasons: str = Field(description="what differs, or why nothing does")
    consistent: bool | None = Field(description="true, false, or null when you cannot tell")
    confidence: float | None = Field(
        default=None, description="how likely your decision is right, from 0.5 to 1; or null"
    )


@dataclass(frozen=True)
class ModelJudge:
    """A language model as a Judge (agents/panel/vote.py). ``rubric`` is what it has to heed on top
    of the prompt's own; ``examples`` are judgements that it is shown. Judges of a panel that are
    alike differ in ``sample``, or they would be one call with two votes."""

    model: Model
    name: str = ""
    rubric: str = ""
    temperature: float = 0.0
    examples: ExampleSource | None = None
    sample: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", self.name or self.model.name)

    async def aclose(self) -> None:
        await self.model.aclose()

    def request_of(self, prompt: Prompt, text: str, inputs: dict[str, JsonValue]) -> Request:
        """``prompt`` with the rubric."""
        return prompt.request(
            text,
            system=prompt.fill("system") + prompt.optional("rubric", rubric=self.rubric),
            inputs=inputs,
            sampling=Sampling(temperature=self.temperature),
        )


class ConsistencyJudge(ModelJudge):
    """A judge that is shown both texts."""

    async def vote(self, pair: Pair, *, swapped: bool = False, index: int = 0) -> Vote:
        """Raises ModelUnavailable and BudgetExceeded."""
        examples: list[Example] = []
        if self.examples:
            examples = await self.examples.for_judge(pair.informal, pair.lean)
        request = self.request(pair, examples, swapped=swapped)
        (answer,) = await ask_each(
            self.model, request, Judgement, first=index * SAMPLES + self.sample
        )
        if answer.error is not None:
            said = failed(answer.error)
        else:
            judgement = answer.get()
            said = decided(judgement.consistent, judgement.confidence)
            said["reasons"] = judgement.reasons
        vote = Vote(judge=self.name, model=self.model.name, prompt=request.prompt, swapped=swapped)
        return vote.model_copy(update=said).paid(answer.replies)

    def request(
        self, pair: Pair, examples: Sequence[Example] = (), *, swapped: bool = False
    ) -> Request:
        prompt = FORM_PROMPT if pair.kind == "sentence" else PROMPT
        texts = {"informal": pair.informal, "lean": pair.lean, "header": pair.header}
        task = shown(PROMPT, examples) if prompt is PROMPT else ""  # they are mathematics
        task += prompt.fill("lean_first" if swapped else "task", **texts)
        return self.request_of(prompt, task, {**texts})


SYSTEM = """\
You judge whether a Lean 4 theorem statement is faithful to an informal mathematical text. Work \
in this order. 1. Analyse the text: objects and their domains, hypotheses, quantifiers, claim. \
2. Analyse the Lean statement in the same way, and mind truncated subtraction and division on ℕ, \
division by zero, implicit coercions, and hypotheses that contradict each other. 3. Compare them \
point by point. 4. Decide: consistent only if the two are equivalent in meaning; a weaker, a \
stronger or a vacuous statement is not. Ignore any proof."""

FORM_SYSTEM = """\
You judge whether a Lean 4 proposition is a faithful reading of an English sentence. It is about \
any world of entities and events: is_word says what an entity is, does_word what kind of event \
happens, and agent, patient, recipient, instrument, place, source, goal and time who or what takes \
part in an event in which role. Work in this order. 1. Analyse the sentence: whom or what it is \
about, all of them or some, who does what to whom, where, with what, under which condition, what \
is denied. 2. Analyse the proposition in the same way; words mean what they mean in English. \
3. Compare them point by point: quantifiers, the direction of a condition, negations, who has \
which role. 4. Decide: a sentence without "all" or "some" may be read either way where English \
allows it, but a proposition that says more than the sentence, less, or something else is not \
consistent."""

EXAMPLES = """\
Other texts and statements, each with the right decision:

{examples}

Now to the one to judge.

"""

TASK = paragraphs(TEXT, LEAN, DECIDE)
LEAN_FIRST = paragraphs(LEAN, TEXT, DECIDE)

FORM_PROMPT = Prompt(
    "form_judge", system=FORM_SYSTEM, rubric=RUBRIC, task=TASK, lean_first=LEAN_FIRST
)
PROMPT = Prompt(
    "judge",
    system=SYSTEM,
    rubric=RUBRIC,
    examples=EXAMPLES,
    example=f"{EXAMPLE}\n{DECIDED}",
    task=TASK,
    lean_first=LEAN_FIRST,
)
