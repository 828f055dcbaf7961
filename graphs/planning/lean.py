"""The plans of the graphs that formalize and prove: by their options and the run's bounds.

``sizes.solution`` is a statement or a proof here, ``sizes.words`` Lean's or a judge's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

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
    sketcher,
    tactician,
    tool_formalizer,
)
from proofloop.agents.llm.tokens import IMAGE_TOKENS, estimate_tokens
from proofloop.agents.text_judge import BackTranslationJudge
from proofloop.core.verdict import Plan
from proofloop.graphs.context import Context
from proofloop.graphs.planning.sizes import Sizes
from proofloop.graphs.proposition_steps import RETRIEVED

PREMISE_TOKENS = 100  # of a declaration in a prompt


def proof(sizes: Sizes, context: Context) -> Plan:
    """Samples of whole proofs, each repaired from what was said of the ones before. None where the
    portfolio or the lemma store has one."""
    rounds = context.max_rounds
    failed = (rounds - 1) * (sizes.solution + sizes.words)
    asked = sizes.ask(prover.PROMPT, reads=failed + premises(context), writes=sizes.solution)
    return asked * (context.search.samples * rounds)


def premises(context: Context) -> int:
    return context.premises_per_prompt * PREMISE_TOKENS


def examples(context: Context) -> int:
    return context.examples.tokens if context.examples else 0


def judged(sizes: Sizes, context: Context, *, translated: bool = False) -> Plan:
    """The votes of all judges on one statement, which all ``translated`` asks to translate back."""
    total = Plan()
    for one in context.panel.judges if context.panel else [None]:  # the run's judge, directly
        own = sizes.of(getattr(one, "model", context.judge))
        total += own.ask(judge.PROMPT, reads=sizes.solution + examples(context))
        if translated or isinstance(one, BackTranslationJudge):
            total += told(own, context)
    return total


def told(sizes: Sizes, context: Context) -> Plan:
    """A statement translated back."""
    return sizes.ask(back_translator.PROMPT, reads=sizes.solution + examples(context))


def written(sizes: Sizes, context: Context, *, rejected: int) -> Plan:
    """A statement by who has seen those that were ``rejected``."""
    seen = rejected * (sizes.solution + sizes.words)
    reads = seen + premises(context) + examples(context)
    return sizes.ask(formalizer.PROMPT, reads=reads, writes=sizes.solution)


def sampled(sizes: Sizes, context: Context, *, rejected: int = 0) -> Plan:
    """A round of samples of all formalizers."""
    total = Plan()
    for model in context.formalizers or (context.model,):
        one = written(sizes.of(model), context, rejected=rejected)
        total += one * context.formalize.samples
    return total


def ending(sizes: Sizes, context: Context, prove: bool, review: bool) -> Plan:
    """Of what is held against an accepted statement before a person sees it, and of its proof."""
    return negation(sizes, context) * review + proof(sizes, context) * prove


def formalize(sizes: Sizes, context: Context, *, prove: bool, review: bool = False) -> Plan:
    looked = written(sizes, context, rejected=context.max_rounds - 1) + judged(sizes, context)
    total = looked * context.max_rounds + ending(sizes, context, prove, review)
    return total.at_least(1)


def atf(sizes: Sizes, context: Context, *, prove: bool, review: bool = False) -> Plan:
    turns = 2 * context.max_rounds
    tools = sum(estimate_tokens(tool.model_dump_json()) for tool in tool_formalizer.TOOLS)
    conversation = tools + turns * (sizes.solution + sizes.words)
    reads = conversation + premises(context) + examples(context)
    turn = sizes.ask(tool_formalizer.PROMPT, reads=reads, writes=sizes.solution)
    # What the judges say ends the work or is one of the failed checks that there may be.
    looked = judged(sizes, context) * context.max_rounds
    return (turn * turns + looked + ending(sizes, context, prove, review)).at_least(1)


def reform(sizes: Sizes, context: Context, *, prove: bool, review: bool = False) -> Plan:
    bounds = context.formalize
    most = min(context.max_rounds, bounds.critiqued)
    history = most * (sizes.solution + sizes.words) + bounds.critiques * 2 * sizes.words
    critique = sizes.ask(critic.PROMPT, reads=history)
    opinion = sizes.of(context.judge).ask(critic.OPINION, reads=sizes.solution + sizes.words)
    looked = written(sizes, context, rejected=most - 1) + (critique + opinion) * bounds.critiques
    return (looked * most + ending(sizes, context, prove, review)).at_least(1)


def formalmath(sizes: Sizes, context: Context, *, prove: bool, review: bool = False) -> Plan:
    samples = context.formalize.samples * max(1, len(context.formalizers))
    looked = judged(sizes, context, translated=True) + negation(sizes, context)
    total = sampled(sizes, context) + looked * samples + proof(sizes, context) * prove
    return total.at_least(samples)


def negation(sizes: Sizes, context: Context) -> Plan:
    """Proofs of a statement's negation, none of them repaired."""
    own = sizes.of(context.negator)
    asked = own.ask(prover.PROMPT, reads=sizes.solution + premises(context), writes=sizes.solution)
    return asked * context.formalize.negations


def agreement(sizes: Sizes, context: Context, *, prove: bool, review: bool = False) -> Plan:
    bounds = context.formalize
    samples = bounds.samples * max(1, len(context.formalizers))
    drawn = sampled(sizes, context, rejected=(bounds.votes - 1) * samples) * bounds.votes
    # Where no reading wins, a person sees each.
    looked = judged(sizes, context) + told(sizes.of(context.judge), context)
    looked += negation(sizes, context)
    total = drawn + looked * (samples * bounds.votes) + proof(sizes, context) * prove
    return total.at_least(samples)


def mmformalize(sizes: Sizes, context: Context, *, prove: bool, review: bool = False) -> Plan:
    """Every proposition that there may be, at the most attempts, with its scene and its header."""
    bounds = context.formalize
    near = (context.premises_per_prompt or RETRIEVED) * PREMISE_TOKENS
    rejected = (bounds.node_attempts - 1) * (sizes.solution + sizes.words)
    above = sizes.solution + near + bounds.depth * sizes.words + rejected
    checker = sizes.of(context.judge)
    node = (
        sizes.ask(grounder.PROMPT, reads=above)
        + sizes.ask(composer.PROMPT, reads=above, writes=sizes.solution)
        + checker.ask(semantic_checker.PROMPT, reads=above + IMAGE_TOKENS) * 2
    )
    scene = sizes.ask(scene_parser.PROMPT, reads=rejected + IMAGE_TOKENS, writes=sizes.solution)
    whole = judged(sizes, context) * bounds.node_attempts
    nodes = node * (bounds.nodes * bounds.node_attempts)
    total = scene * context.max_rounds + nodes + whole + ending(sizes, context, prove, review)
    return total.at_least(1)


def prove_whole(sizes: Sizes, context: Context, *, model: bool) -> Plan:
    return proof(sizes, context) * model


def prove_sketch(sizes: Sizes, context: Context) -> Plan:
    """Sketches of the whole, of each of their holes, ..., and whole proofs of the last holes."""
    rounds, search = context.max_rounds, context.search
    failed = (rounds - 1) * (sizes.solution + sizes.words)
    hole = replace(sizes, problem=sizes.problem + sizes.solution)  # what stands before it, too
    total = proof(hole, context)
    for depth in range(search.depth + 1):
        own = sizes if depth == search.depth else hole
        sketch = own.ask(sketcher.PROMPT, reads=failed, writes=sizes.solution)
        total = (sketch + total * search.holes) * rounds
    return total


def prove_best_first(sizes: Sizes, context: Context) -> Plan:
    asked = sizes.ask(tactician.PROMPT, reads=sizes.solution)
    return asked * (context.search.expansions * context.search.tactics)


def prove_iterative(sizes: Sizes, context: Context) -> Plan:
    """Of one statement of the set."""
    shown = replace(sizes, problem=sizes.problem + context.search.examples * sizes.solution)
    return proof(shown, context) * context.search.passes


LEAN: dict[str, Callable[..., Plan]] = {
    "formalize": formalize,
    "atf": atf,
    "reform": reform,
    "formalmath": formalmath,
    "agreement": agreement,
    "mmformalize": mmformalize,
    "prove_whole": prove_whole,
    "prove_sketch": prove_sketch,
    "prove_best_first": prove_best_first,
    "prove_iterative": prove_iterative,
}
