"""Makes the pairs of statements that the equivalence check is measured on.

    python benchmarks/equivalence_pairs.py [--seed 0] [--each 9]

Rewrites the real statements of the bundled sample, and some more, by rules that keep the meaning
("safe") and by rules that change it ("wrong"), and writes those that Lean reads to
``tests/tools/lean/equivalence/pairs.jsonl``: ``id``, ``kind``, ``same``, ``source``, ``header``,
``a``, ``b``. A wrong pair may consist of two theorems, or of two false statements.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from proofloop.core.errors import InputError
from proofloop.datasets.minif2f_core import load
from proofloop.tools.lean.embedded.backend import EmbeddedLean
from proofloop.tools.lean.equivalence.statement import read_statement
from proofloop.tools.lean.equivalence.subject import read_subjects
from proofloop.tools.lean.shape import split_top

HERE = Path(__file__).resolve().parent
PAIRS = HERE.parent / "tests" / "tools" / "lean" / "equivalence" / "pairs.jsonl"
MORE = HERE / "equivalence_more.jsonl"
BATCH = 40  # pairs whose statements one probe reads
HEADER = "import Proofloop\nopen Nat\n"

_RELATION = re.compile(r" (=|≠|<|≤|>|≥|∣) ")
_MIRROR = {"<": ">", ">": "<", "≤": "≥", "≥": "≤", "=": "=", "≠": "≠"}
_STRICT = {"<": "≤", "≤": "<", ">": "≥", "≥": ">"}
_LOGIC = re.compile("[∧∨→↔∀∃¬∑∏]|fun|MOD|, ")


@dataclass(frozen=True)
class Parts:
    """A statement as text: groups of variables, hypotheses, claim."""

    name: str
    variables: tuple[tuple[str, str], ...]  # names, type
    hypotheses: tuple[str, ...]
    claim: str

    def text(self) -> str:
        groups = [f"({names} : {kind})" for names, kind in self.variables]
        groups += [f"(h{i} : {text})" for i, text in enumerate(self.hypotheses)]
        return " ".join(["theorem", self.name, *groups]) + f" : {self.claim}"


Rule = Callable[[Parts, random.Random], Iterator[str]]


def parts_of(name: str, text: str) -> Parts | None:
    """None where the statement is of no simple form."""
    statement = read_statement(text)
    variables, hypotheses = [], []
    for binder in statement.binders:
        if binder.text[0] != "(" or ":" not in binder.text:
            return None
        kind = binder.text[1:-1].partition(":")[2].strip()
        if _RELATION.search(f" {kind} ") or re.search(r"Prime|Even|Odd|MOD|Injective|[∀∃]", kind):
            hypotheses.append(" ".join(kind.split()))
        elif hypotheses:
            return None
        else:
            variables.append((" ".join(binder.names), kind))
    return Parts(name, tuple(variables), tuple(hypotheses), " ".join(statement.body.split()))


def relation(text: str) -> tuple[str, str, str] | None:
    """The sides of a text that is one relation without logic in it."""
    found = list(_RELATION.finditer(text))
    if len(found) != 1 or _LOGIC.search(text):
        return None
    return text[: found[0].start()], found[0][1], text[found[0].end() :]


def each_relation(parts: Parts) -> Iterator[tuple[Callable[[str], Parts], tuple[str, str, str]]]:
    """Every hypothesis and the claim that is one relation, and how to put another in its place."""
    for i, text in enumerate(parts.hypotheses):
        if found := relation(text):
            yield lambda new, i=i: with_hypothesis(parts, i, new), found  # type: ignore[misc]
    if found := relation(parts.claim):
        yield lambda new: replace(parts, claim=new), found


def with_hypothesis(parts: Parts, index: int, text: str | None) -> Parts:
    new = list(parts.hypotheses)
    new[index : index + 1] = [] if text is None else [text]
    return replace(parts, hypotheses=tuple(new))


def numerals(text: str) -> list[re.Match[str]]:
    return list(re.finditer(r"(?<![\w.^₀-₉])(?<!\^ )\d+(?![\w.!])", text))


def bumped(text: str, rng: random.Random, by: int) -> str | None:
    found = numerals(text)
    if not found:
        return None
    match = rng.choice(found)
    return text[: match.start()] + str(int(match[0]) + by) + text[match.end() :]


# Rules that keep the meaning.


def rename(parts: Parts, rng: random.Random) -> Iterator[str]:
    names = [name for group, _ in parts.variables for name in group.split()]
    text = parts.text()
    if names and "∀ x" not in text and "fun" not in text:
        fresh = rng.sample(["u₁", "v₁", "w₁", "z₁", "s₁", "t₁", "p₁", "q₁", "r₁"], len(names))
        for old, new in zip(names, fresh, strict=True):
            text = re.sub(rf"(?<![\w.]){re.escape(old)}(?![\w₀-₉'.])", new, text)
        yield text.replace(f"theorem {parts.name}", "theorem renamed")


def order_of_hypotheses(parts: Parts, rng: random.Random) -> Iterator[str]:
    if len(parts.hypotheses) > 1:
        yield replace(parts, hypotheses=parts.hypotheses[::-1]).text()


def order_of_variables(parts: Parts, rng: random.Random) -> Iterator[str]:
    single = [(name, kind) for group, kind in parts.variables for name in group.split()]
    if len(single) > 1:
        yield replace(parts, variables=tuple(single[::-1])).text()


def curry(parts: Parts, rng: random.Random) -> Iterator[str]:
    if parts.hypotheses:
        claim = " → ".join([*(f"({each})" for each in parts.hypotheses), f"({parts.claim})"])
        yield replace(parts, hypotheses=(), claim=claim).text()


def move_forall(parts: Parts, rng: random.Random) -> Iterator[str]:
    if parts.variables:
        groups = " ".join(f"({names} : {kind})" for names, kind in parts.variables)
        given = " ∧ ".join(f"({each})" for each in parts.hypotheses)
        claim = f"∀ {groups}, {given + ' → ' if given else ''}({parts.claim})"
        yield Parts(parts.name, (), (), claim).text()


def split_and(parts: Parts, rng: random.Random) -> Iterator[str]:
    for i, text in enumerate(parts.hypotheses):
        pieces = split_top(text, "∧")
        if len(pieces) > 1 and not re.search("[∀∃→]", text):
            new = [*parts.hypotheses[:i], *pieces, *parts.hypotheses[i + 1 :]]
            yield replace(parts, hypotheses=tuple(new)).text()
            return


def mirror(parts: Parts, rng: random.Random) -> Iterator[str]:
    for put, (left, op, right) in each_relation(parts):
        if op in "<≤>≥":
            yield put(f"{right} {_MIRROR[op]} {left}").text()
            return


def symmetric(parts: Parts, rng: random.Random) -> Iterator[str]:
    for put, (left, op, right) in each_relation(parts):
        if op == "=" and ":" not in left:
            yield put(f"{right} = {left}").text()
            return


def not_equal(parts: Parts, rng: random.Random) -> Iterator[str]:
    for put, (left, op, right) in each_relation(parts):
        if op == "≠":
            yield put(f"¬ ({left} = {right})").text()
            return


def contrapositive(parts: Parts, rng: random.Random) -> Iterator[str]:
    if parts.hypotheses:
        last = parts.hypotheses[-1]
        new = with_hypothesis(parts, len(parts.hypotheses) - 1, f"¬ ({parts.claim})")
        yield replace(new, claim=f"¬ ({last})").text()


def divisibility(parts: Parts, rng: random.Random) -> Iterator[str]:
    for put, (left, op, right) in each_relation(parts):
        if op == "=" and right == "0" and (found := re.fullmatch(r"(.+) % (\w+)", left)):
            yield put(f"{found[2]} ∣ ({found[1]})").text()
        if op == "∣":
            yield put(f"({right}) % ({left}) = 0").text()
            yield put(f"∃ k, {right} = ({left}) * k").text()


def moved_term(parts: Parts, rng: random.Random) -> Iterator[str]:
    kinds = {kind for _, kind in parts.variables}
    for put, (left, op, right) in each_relation(parts):
        if op in "=<≤" and kinds <= {"ℤ", "ℚ", "ℝ"} and kinds and "(" not in right:
            yield put(f"{left} - ({right}) {op} 0").text()
            return
        if op == "=" and kinds == {"ℕ"} and not re.search("[-/%(∣]", left + right):
            yield put(f"{right} + 1 = 1 + ({left})").text()
            return


def commuted(parts: Parts, rng: random.Random) -> Iterator[str]:
    for put, (left, op, right) in each_relation(parts):
        terms = split_top(left, "+")
        if len(terms) > 1 and not re.search("[-%∣/]", left):
            yield put(f"{' + '.join(terms[::-1])} {op} {right}").text()
            return


def order_as_successor(parts: Parts, rng: random.Random) -> Iterator[str]:
    kinds = {kind for _, kind in parts.variables}
    for put, (left, op, right) in each_relation(parts):
        if op == "<" and kinds and kinds <= {"ℕ", "ℤ"}:
            yield put(f"{left} + 1 ≤ {right}").text()
            return


def cast(parts: Parts, rng: random.Random) -> Iterator[str]:
    names = {name for group, kind in parts.variables if kind == "ℕ" for name in group.split()}
    for put, (left, op, right) in each_relation(parts):
        if (
            op in "=<≤"
            and (left in names or left.isdigit())
            and (right in names or right.isdigit())
        ):
            yield put(f"({left} : ℤ) {op} ({right} : ℤ)").text()
            return


# Rules that change the meaning.


def off_by_one(parts: Parts, rng: random.Random) -> Iterator[str]:
    if new := bumped(parts.claim, rng, 1):
        yield replace(parts, claim=new).text()


def changed_constant(parts: Parts, rng: random.Random) -> Iterator[str]:
    if parts.hypotheses:
        i = rng.randrange(len(parts.hypotheses))
        if new := bumped(parts.hypotheses[i], rng, rng.choice([1, 2, 3])):
            yield with_hypothesis(parts, i, new).text()


def strictness(parts: Parts, rng: random.Random) -> Iterator[str]:
    for put, (left, op, right) in each_relation(parts):
        if op in _STRICT:
            yield put(f"{left} {_STRICT[op]} {right}").text()


def missing_hypothesis(parts: Parts, rng: random.Random) -> Iterator[str]:
    if parts.hypotheses:
        yield with_hypothesis(parts, rng.randrange(len(parts.hypotheses)), None).text()


def and_or(parts: Parts, rng: random.Random) -> Iterator[str]:
    for old, new in (("∧", "∨"), ("∨", "∧")):
        if len(split_top(parts.claim, old)) == 2 and not re.search("[∀∃→]", parts.claim):
            yield replace(parts, claim=parts.claim.replace(old, new, 1)).text()


def converse(parts: Parts, rng: random.Random) -> Iterator[str]:
    if parts.hypotheses:
        last = len(parts.hypotheses) - 1
        swapped = with_hypothesis(parts, last, parts.claim)
        yield replace(swapped, claim=parts.hypotheses[-1]).text()


def domain(parts: Parts, rng: random.Random) -> Iterator[str]:
    other = {"ℕ": "ℤ", "ℤ": "ℕ", "ℝ": "ℕ", "ℚ": "ℤ"}
    if parts.variables and all(kind in other for _, kind in parts.variables):
        kinds = tuple((names, other[kind]) for names, kind in parts.variables)
        yield replace(parts, variables=kinds).text()


def quantifier(parts: Parts, rng: random.Random) -> Iterator[str]:
    """Some hypothesis or the last variable's ∀ turned into ∃."""
    if parts.variables and not parts.hypotheses:
        *others, (names, kind) = parts.variables
        claim = f"∃ {names} : {kind}, {parts.claim}"
        yield replace(parts, variables=tuple(others), claim=claim).text()
    for i, text in enumerate(parts.hypotheses):
        if text.startswith("∀ ") and "→" not in text and "," in text:
            yield with_hypothesis(parts, i, "∃ " + text[2:]).text()


def sign(parts: Parts, rng: random.Random) -> Iterator[str]:
    for put, (left, op, right) in each_relation(parts):
        if " + " in left:
            yield put(f"{left.replace(' + ', ' - ', 1)} {op} {right}").text()
            return


def negated_claim(parts: Parts, rng: random.Random) -> Iterator[str]:
    yield replace(parts, claim=f"¬ ({parts.claim})").text()


def answer_assumed(parts: Parts, rng: random.Random) -> Iterator[str]:
    """Both are theorems: the claim itself takes the place of what it follows from."""
    if len(parts.hypotheses) >= 1 and relation(parts.claim):
        last = len(parts.hypotheses) - 1
        yield with_hypothesis(parts, last, parts.claim).text()


def computed(parts: Parts, rng: random.Random) -> Iterator[str]:
    """Both are theorems: the answer stands on both sides."""
    if not parts.variables and (found := relation(parts.claim)) and found[1] == "=":
        yield replace(parts, claim=f"{found[2]} = {found[2]}").text()


SAFE: tuple[Rule, ...] = (
    rename, order_of_hypotheses, order_of_variables, curry, move_forall, split_and, mirror,
    symmetric, not_equal, contrapositive, divisibility, moved_term, commuted, order_as_successor,
    cast,
)  # fmt: skip
WRONG: tuple[Rule, ...] = (
    off_by_one, changed_constant, strictness, missing_hypothesis, and_or, converse, domain,
    quantifier, sign, negated_claim, answer_assumed, computed,
)  # fmt: skip


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--each", type=int, default=7, help="pairs of one rule")
    options = parser.parse_args()
    rng = random.Random(options.seed)
    problems = [(task, parts_of(task.id, task.formal)) for task in load()]
    found = [json.loads(line) for line in MORE.read_text().splitlines()]
    for item in found:
        item.setdefault("header", HEADER)
    for rules, same in ((SAFE, True), (WRONG, False)):
        for rule in rules:
            made = []
            for task, parts in problems:
                if parts is not None:
                    made += [(task, text) for text in rule(parts, rng) if text != parts.text()]
            rng.shuffle(made)
            for task, text in made[: options.each]:
                found.append(
                    {"kind": rule.__name__, "same": same, "source": task.id}
                    | {"header": task.header, "a": " ".join(task.formal.split()), "b": text}
                )
    kept = await readable(found)
    with PAIRS.open("w") as file:
        for i, item in enumerate(kept):
            item = {"id": f"{item['kind']}_{i}", **item}
            file.write(json.dumps(item, ensure_ascii=False) + "\n")
    count = sum(item["same"] for item in kept)
    print(f"{len(kept)} of {len(found)} pairs kept: {count} safe, {len(kept) - count} wrong")


async def readable(pairs: list[dict[str, str]]) -> list[dict[str, str]]:
    """Those whose statements are both good Lean."""
    good: set[int] = set()
    async with EmbeddedLean(workers=1) as lean:
        for header in {pair["header"] for pair in pairs}:
            some = [i for i, pair in enumerate(pairs) if pair["header"] == header]
            for start in range(0, len(some), BATCH):
                good |= await readable_of(lean, header, pairs, some[start : start + BATCH])
    return [pair for i, pair in enumerate(pairs) if i in good]


async def readable_of(
    lean: EmbeddedLean, header: str, pairs: list[dict[str, str]], some: list[int]
) -> set[int]:
    texts = {text: None for i in some for text in (pairs[i]["a"], pairs[i]["b"]) if proper(text)}
    subjects = await read_subjects(lean, header, list(texts))
    read = {text for text, subject in zip(texts, subjects, strict=True) if not subject.fault}
    return {i for i in some if {pairs[i]["a"], pairs[i]["b"]} <= read}


def proper(text: str) -> bool:
    try:
        read_statement(text)
    except InputError:
        return False
    return True


if __name__ == "__main__":
    asyncio.run(main())
