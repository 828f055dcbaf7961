"""One attempt at one proposition of a chain (graphs/proposition_chain.py): to ground it, or to
compose it of its parts. Each ends with the word of Lean and that of the semantic checker."""

from __future__ import annotations

import re
from dataclasses import dataclass

from proofloop.agents.composer import Composition, compose
from proofloop.agents.formalizer import Rejected
from proofloop.agents.grounder import Grounding, ground
from proofloop.agents.semantic_checker import check_meaning
from proofloop.core.errors import ModelMalformed
from proofloop.core.image import Image
from proofloop.core.model import Frozen
from proofloop.core.verdict import Verdict
from proofloop.graphs.context import Context, panel_of
from proofloop.graphs.formalizing import compiled, judged, without_proof
from proofloop.graphs.proposition_chain import (
    ROOT,
    Chain,
    Proposition,
    definition_faults,
    definitions,
    path_to,
    unused,
)
from proofloop.tools.lean.backend import CheckRequest
from proofloop.tools.lean.feedback import feedback
from proofloop.tools.lean.premises.retrieve import premises_for
from proofloop.tools.lean.premises.suggest import with_suggestions
from proofloop.tools.lean.report import LeanReport
from proofloop.tools.lean.text import statement_faults

RETRIEVED = 8  # declarations shown for a proposition, where the run does not say how many
UNFOLDED = "@[simp] "  # proofs have to look into definitions
DIMENSION = re.compile(r"[\w.\s*/^()]+")
LONGEST = 4000  # characters of what is composed at once; its terms can be printed whole
# Everything, however deep.
PRINTED = (
    "set_option pp.all true in set_option pp.deepTerms true in set_option pp.maxSteps 10000000 in"
)
UNWRAPS = re.compile(r"Quantity\.(?:magnitude|rec|recOn|casesOn|brecOn|mk|noConfusion\w*)(?!\w)")
NAME = re.compile(r"[^\W\d][\w.'!?«»]*")


@dataclass(frozen=True)
class Problem:
    """What all attempts of a step see. ``name`` is the theorem's, ``header`` what came in,
    ``scene`` the scene graph in words."""

    informal: str
    name: str
    header: str
    scene: str
    images: tuple[Image, ...]
    chain: Chain

    def lean_name(self, node: str) -> str:
        return self.name if node == ROOT else f"{self.name}_{node}"

    def header_of(self, node: str) -> str:
        """The header with the definitions that ``node`` is made of."""
        return f"{self.header}\n\n{definitions(self.chain, node)}".rstrip()

    @property
    def with_scene(self) -> str:
        """The text for who is shown no figure."""
        return self.informal + (f"\n\nThe figure shows:\n{self.scene}" if self.scene else "")


class Tried(Frozen):
    """What came of one attempt: the ``node`` as it is then, or as it was and what was ``rejected``;
    ``parts`` (name, phrase) where it is decomposed. Of the whole also what Lean and the panel said
    of the theorem."""

    node: Proposition
    rejected: Rejected | None = None
    parts: tuple[tuple[str, str], ...] = ()
    report: LeanReport | None = None
    verdict: Verdict | None = None
    notes: str = ""


def failed(node: Proposition, stage: str, words: str, lean: str = "") -> Tried:
    return Tried(node=node, rejected=Rejected(lean=lean, stage=stage, feedback=words))


async def ground_one(context: Context, problem: Problem, node: Proposition) -> Tried:
    deepest = context.formalize.depth
    leaf = node.depth >= deepest
    try:
        answer = await ground(
            context.model,
            problem.informal,
            problem.scene,
            path_to(problem.chain, node.id),
            header=problem.header,
            declarations=await premises_for(
                context.premises, node.phrase, context.premises_per_prompt or RETRIEVED
            ),
            leaf=leaf,
            feedback=[each.feedback for each in node.rejected],
            index=len(node.rejected),
        )
    except ModelMalformed as error:
        return failed(node, "answer", str(error), error.text)
    if answer.decision == "decompose":
        if leaf:
            words = f"this is at depth {deepest}, the deepest there may be: end it here"
            return failed(node, "depth", words)
        parts = tuple((each.name, each.phrase) for each in answer.children)
        return Tried(node=node, parts=parts) if parts else failed(node, "answer", NOTHING)
    if node.is_root:
        return failed(node, "answer", "the whole problem has to be decomposed", answer.lean)
    return await end_branch(context, problem, node, answer)


NOTHING = "it is decomposed into nothing"


async def end_branch(
    context: Context, problem: Problem, node: Proposition, answer: Grounding
) -> Tried:
    """The adaptive termination: a dimension or a declaration that Lean knows."""
    lean = answer.lean.strip()
    if words := await unknown(context, problem.header, answer.decision, lean):
        return failed(node, "lean", words, lean)
    ended = node.model_copy(
        update={"kind": answer.decision, "lean": lean, "done": True, "rejected": ()}
    )
    return await with_meaning(context, problem, node, Tried(node=ended), problem.header)


async def unknown(context: Context, header: str, decision: str, lean: str) -> str:
    """What Lean has against the end of a branch: no such dimension, no such declaration."""
    if decision == "dimension":
        if not DIMENSION.fullmatch(lean):
            return f"{lean!r} is no term of type Dim such as Dim.mass * Dim.acceleration"
        source = f"theorem ends : ∃ d : Dim, d = ({lean}) := ⟨_, rfl⟩"
    else:
        if not NAME.fullmatch(lean):
            return f"{lean!r} is not the name of a declaration"
        source = f"theorem ends : True := (fun (_ : Lean.Name) => trivial) ``{lean}"
    return (await taken(context, header, source))[1]


async def compose_one(context: Context, problem: Problem, node: Proposition) -> Tried:
    header = problem.header_of(node.id)
    try:
        answer = await asked_for(context, problem, node, header)
    except ModelMalformed as error:
        return failed(node, "answer", str(error), error.text)
    if not answer.lean.strip():
        return failed(node, "answer", answer.notes or "the composer declines")
    text = without_proof(answer.lean) if node.is_root else bare(answer.lean)
    if faults := faults_of(problem, node, text):
        return failed(node, "precheck", "\n".join(faults), text)
    if not node.is_root and re.match(r"(?:noncomputable\s+)?def\b", text):
        text = UNFOLDED + text
    look = compiled if node.is_root else taken
    report, words = await look(context, header, text)
    if not report.accepted:
        return failed(node, "lean", words, text)
    if words := await unwrapped(context, header, text, problem.lean_name(node.id)):
        return failed(node, "lean", words, text)
    done = node.model_copy(update={"lean": text, "done": True, "rejected": ()})
    tried = Tried(node=done, report=report, notes=answer.notes)
    tried = await with_meaning(context, problem, node, tried, header)
    return await judge_whole(context, problem, node, tried, header) if node.is_root else tried


async def asked_for(
    context: Context, problem: Problem, node: Proposition, header: str
) -> Composition:
    return await compose(
        context.model,
        problem.informal,
        problem.scene,
        node.phrase,
        [described(problem, problem.chain[child]) for child in node.children],
        name=problem.lean_name(node.id),
        header=header,
        root=node.is_root,
        rejected=node.rejected,
    )


def described(problem: Problem, child: Proposition) -> str:
    inner = f"{problem.lean_name(child.id)}, defined above"
    return f"- {child.phrase}: {inner if child.kind == 'inner' else child.words}"


def faults_of(problem: Problem, node: Proposition, text: str) -> list[str]:
    """What can be seen without a Lean."""
    if len(text) > LONGEST:
        return [f"it has {len(text)} characters, and may have {LONGEST}"]
    own = problem.lean_name(node.id)
    faults = statement_faults(text) if node.is_root else definition_faults(text, own)
    named = {child: problem.lean_name(child) for child in node.children}
    return faults or unused(problem.chain, node, text, named)


async def taken(context: Context, header: str, source: str) -> tuple[LeanReport, str]:
    """Lean's word on a text, and if it is not accepted what to mend."""
    report = await context.lean.check(
        CheckRequest(source=source, header=header, limits=context.limits)
    )
    if report.accepted:
        return report, ""
    return report, with_suggestions(feedback(report, source), report, context.premises)


async def unwrapped(context: Context, header: str, text: str, name: str) -> str:
    """What is wrong with a text that Lean takes, if it takes a quantity for its magnitude: that
    goes around the check of dimensions. The terms are asked that Lean made of it, not its words."""
    proof = " := by sorry" if text.startswith("theorem") else ""
    request = CheckRequest(
        source=f"{text}{proof}\n{PRINTED} #print {name}",
        header=header,
        allow_sorry=True,
        limits=context.limits,
    )
    report = await context.lean.check(request)
    printed = "\n".join(each.text for each in report.messages if each.severity == "info")
    if not report.accepted or not printed:
        return f"the terms could not be looked at: {report.reason}"
    found = UNWRAPS.search(printed)
    return f"Physics.{found[0]} goes around the check of dimensions" if found else ""


def bare(lean: str) -> str:
    """A definition without code fences."""
    text = lean.strip().removeprefix("```lean4").removeprefix("```lean").strip("` \n")
    return text.removeprefix(UNFOLDED).strip()


async def with_meaning(
    context: Context, problem: Problem, before: Proposition, tried: Tried, header: str
) -> Tried:
    """The semantic checker's word on an attempt, before which the node was ``before``."""
    node = tried.node
    meaning = await check_meaning(
        context.judge,
        problem.informal,
        problem.images,
        phrase=node.phrase,
        formula=node.words,
        header=header,
    )
    if meaning.consistent is False:
        return failed(before, "checker", meaning.reasons, node.lean)
    said = {"consistent": meaning.consistent, "reasons": meaning.reasons}
    return tried.model_copy(update={"node": node.model_copy(update=said)})


async def judge_whole(
    context: Context, problem: Problem, before: Proposition, tried: Tried, header: str
) -> Tried:
    """The panel's word on the theorem, as on every formalization."""
    if tried.rejected:
        return tried
    verdict = await judged(panel_of(context), problem.with_scene, tried.node.lean, header)
    if verdict.passed is False:
        return failed(before, "judge", verdict.feedback, tried.node.lean)
    return tried.model_copy(update={"verdict": verdict})
