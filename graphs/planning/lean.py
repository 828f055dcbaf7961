"""The plans of the graphs that formalize and prove: by their options and the run's bounds.

``sizes.solution`` is a statement or a proof here, ``sizes.words`` Lean's or a judge's.
"""

from __future__ import annotations

from collections.abc import Callable

from proofloop.agents import (
    back_translator,
    composer,
    critic,
    formalizer,
    grounder,
    judge,
    prover,
    scene_parser,
    semantic_checker,
    tactician,
    tool_formalizer,
)
from proofloop.agents.llm.tokens import IMAGE_TOKENS
from proofloop.agents.text_judge import BackTranslationJudge
from proofloop.core.verdict import Plan
from proofloop.graphs.context import Context
from proofloop.graphs.planning.sizes import Sizes

PREMISE_TOKENS = 100  # of a declaration in a prompt


def proof(sizes: Sizes, context: Context) -> Plan:
    """Samples of whole proofs, each repaired from what was said of the ones before."""
    rounds = context.max_rounds
    failed = (rounds - 1) * (sizes.solution + sizes.words)
    asked = sizes.ask(prover.PROMPT, reads=failed, writes=sizes.solution)
    return asked * (context.search.samples * rounds)


def judged(sizes: Sizes, context: Context, *, translated: bool = False) -> Plan:
    """The votes of all judges on one statement."""
    direct = sizes.ask(judge.PROMPT, reads=sizes.solution)
    told = sizes.ask(back_translator.PROMPT, reads=sizes.solution) + direct
    judges = context.panel.judges if context.panel else [None]  # the run's model, directly
    twice = sum(translated or isinstance(one, BackTranslationJudge) for one in judges)
    return direct * (len(judges) - twice) + told * twice


def written(sizes: Sizes, context: Context) -> Plan:
    """A statement by who has seen those that were rejected."""
    rejected = (context.max_rounds - 1) * (sizes.solution + sizes.words)
    return sizes.ask(formalizer.PROMPT, reads=rejected, writes=sizes.solution)


def formalize(sizes: Sizes, context: Context, *, prove: bool, review: bool = False) -> Plan:
    looked = written(sizes, context) + judged(sizes, context)
    return looked * context.max_rounds + proof(sizes, context) * prove


def atf(sizes: Sizes, context: Context, *, prove: bool, review: bool = False) -> Plan:
    turns = 2 * context.max_rounds
    conversation = turns * (sizes.solution + sizes.words)
    turn = sizes.ask(tool_formalizer.PROMPT, reads=conversation, writes=sizes.solution)
    return (turn + judged(sizes, context)) * turns + proof(sizes, context) * prove


def reform(sizes: Sizes, context: Context, *, prove: bool, review: bool = False) -> Plan:
    bounds = context.formalize
    history = bounds.critiqued * (sizes.solution + sizes.words)
    critique = sizes.ask(critic.PROMPT, reads=history)
    opinion = sizes.ask(critic.OPINION, reads=sizes.solution + sizes.words)
    looked = written(sizes, context) + (critique + opinion) * bounds.critiques
    most = min(context.max_rounds, bounds.critiqued)
    return looked * most + proof(sizes, context) * prove


def formalmath(sizes: Sizes, context: Context, *, prove: bool, review: bool = False) -> Plan:
    samples = context.formalize.samples * max(1, len(context.formalizers))
    looked = written(sizes, context) + judged(sizes, context, translated=True)
    return looked * samples + proof(sizes, context) * prove


def agreement(sizes: Sizes, context: Context, *, prove: bool, review: bool = False) -> Plan:
    samples = context.formalize.samples * max(1, len(context.formalizers))
    looked = written(sizes, context) + judged(sizes, context)
    told = sizes.ask(back_translator.PROMPT, reads=sizes.solution)  # where none wins, each reading
    return (looked + told) * (samples * context.formalize.votes) + proof(sizes, context) * prove


def mmformalize(sizes: Sizes, context: Context, *, prove: bool, review: bool = False) -> Plan:
    """Every proposition that there may be, at the most attempts, with its scene and its header."""
    bounds = context.formalize
    shown = context.premises_per_prompt * PREMISE_TOKENS + bounds.depth * sizes.words
    rejected = (bounds.node_attempts - 1) * (sizes.solution + sizes.words)
    above = sizes.solution + shown + rejected
    node = (
        sizes.ask(grounder.PROMPT, reads=above)
        + sizes.ask(composer.PROMPT, reads=above, writes=sizes.solution)
        + sizes.ask(semantic_checker.PROMPT, reads=above + IMAGE_TOKENS) * 2
    )
    scene = sizes.ask(scene_parser.PROMPT, reads=rejected + IMAGE_TOKENS, writes=sizes.solution)
    whole = judged(sizes, context) * bounds.node_attempts
    nodes = node * (bounds.nodes * bounds.node_attempts)
    return scene * context.max_rounds + nodes + whole + proof(sizes, context) * prove


def prove_whole(sizes: Sizes, context: Context, *, model: bool) -> Plan:
    return proof(sizes, context) * model


def prove_best_first(sizes: Sizes, context: Context) -> Plan:
    asked = sizes.ask(tactician.PROMPT, reads=sizes.solution)
    return asked * (context.search.expansions * context.search.tactics)


def prove_iterative(sizes: Sizes, context: Context) -> Plan:
    """Of one statement of the set."""
    examples = context.search.examples * sizes.solution
    shown = Sizes(sizes.problem + examples, sizes.solution, sizes.words)
    return proof(shown, context) * context.search.passes


LEAN: dict[str, Callable[..., Plan]] = {
    "formalize": formalize,
    "atf": atf,
    "reform": reform,
    "formalmath": formalmath,
    "agreement": agreement,
    "mmformalize": mmformalize,
    "prove_whole": prove_whole,
    "prove_best_first": prove_best_first,
    "prove_iterative": prove_iterative,
}
