"""The judge of back-translations: do two informal texts make the same claim?

FormalMATH's judges (arXiv 2505.02735, section 3.2) first say in words what the Lean says, blind to
the original, and then compare these words with the original. The two texts are shown as "first" and
"second", in either order, so that the judge does not know which one was made from the other.
"""

from __future__ import annotations

from collections.abc import Sequence

from proofloop.agents.back_translator import PROMPT as TRANSLATOR
from proofloop.agents.back_translator import back_translate
from proofloop.agents.examples import shown
from proofloop.agents.frames import DECIDE, DECIDED, RUBRIC, paragraphs, tagged
from proofloop.agents.judge import ConsistencyJudge, Judgement, ModelJudge
from proofloop.agents.llm.base import Request
from proofloop.agents.llm.structured import ask_each
from proofloop.agents.panel.panel import Panel
from proofloop.agents.panel.rules import AllAgree
from proofloop.agents.panel.vote import SAMPLES, Judge, Pair, Vote, decided, failed
from proofloop.agents.prompts import Prompt
from proofloop.tools.examples.example import Example


class BackTranslationJudge(ModelJudge):
    """A judge of two calls, of one model, each with its ``examples``: faithful statements beside
    their texts, and judgements on what was read in statements of earlier runs."""

    async def vote(self, pair: Pair, *, swapped: bool = False, index: int = 0) -> Vote:
        """Raises ModelUnavailable and BudgetExceeded."""
        first = index * SAMPLES + self.sample
        read = await back_translate(
            self.model,
            pair.lean,
            header=pair.header,
            examples=await self.examples.for_translator(*pair.texts) if self.examples else (),
            temperature=self.temperature,
            index=first,
        )
        vote = Vote(judge=self.name, model=self.model.name, swapped=swapped).paid(read.replies)
        if read.error is not None:
            return vote.model_copy(update=failed(read.error))
        said = read.get()
        if not said.informal.strip():
            return vote.model_copy(update={"abstained": "cannot tell", "reasons": said.notes})
        examples: list[Example] = []
        if self.examples:
            examples = await self.examples.for_judge(*pair.texts, translated=True)
        request = self.request(pair.informal, said.informal, examples, swapped=swapped)
        (answer,) = await ask_each(self.model, request, Judgement, first=first)
        prompts = f"{TRANSLATOR.version} {request.prompt}"
        seen = {"back_translation": said.informal, "prompt": prompts}
        vote = vote.paid(answer.replies).model_copy(update=seen)
        if answer.error is not None:
            return vote.model_copy(update=failed(answer.error))
        judgement = answer.get()
        decision = decided(judgement.consistent, judgement.confidence)
        return vote.model_copy(update=decision | {"reasons": judgement.reasons})

    def request(
        self,
        original: str,
        translation: str,
        examples: Sequence[Example] = (),
        *,
        swapped: bool = False,
    ) -> Request:
        first, second = (translation, original) if swapped else (original, translation)
        task = shown(PROMPT, examples) + PROMPT.fill("task", first=first, second=second)
        return self.request_of(PROMPT, task, {"first": first, "second": second})


def unanimous(panel: Panel) -> Panel:
    """The panel's judges, all heard, who must all agree; each translates back before it judges."""

    def translating(judge: Judge) -> Judge:
        shown_both = isinstance(judge, ConsistencyJudge)
        return BackTranslationJudge(**vars(judge)) if shown_both else judge

    return Panel(
        [translating(judge) for judge in panel.judges],
        AllAgree(),
        asking="all",
        shuffle=panel.shuffle,
        seed=panel.seed,
        journal=panel.journal,
    )


SYSTEM = """\
You judge whether two informal mathematical texts make the same claim: the same objects and \
domains, hypotheses, quantifiers and conclusion. Wording, notation, names and order do not matter, \
nor does it that one asks to prove what the other states. They are consistent only if they are \
equivalent in meaning; a weaker or a stronger claim is not."""

TASK = paragraphs(tagged("First text", "first"), tagged("Second text", "second"), DECIDE)

EXAMPLES = """\
Other pairs of texts, each with the right decision:

{examples}

Now to the one to judge.

"""

EXAMPLE = f"""\
<first>
{{informal}}
</first>
<second>
{{translation}}
</second>
{DECIDED}"""

PROMPT = Prompt(
    "text_judge", system=SYSTEM, rubric=RUBRIC, task=TASK, examples=EXAMPLES, example=EXAMPLE
)
