"""Normal forms: what they identify, and what they must not."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proofloop.core.errors import InputError
from proofloop.datasets.minif2f_core import load
from proofloop.tools.lean.embedded.backend import EmbeddedLean
from proofloop.tools.lean.equivalence.normal import Level, normal_forms, same_level
from proofloop.tools.lean.equivalence.statement import read_statement
from proofloop.tools.lean.equivalence.subject import read_subjects
from proofloop.tools.lean.equivalence.tree import INT, NAT, Tree, app, lit, operation, substitute

HEADER = "import Proofloop\nopen Nat\n"


async def level_of(lean: EmbeddedLean, a: str, b: str) -> Level | None:
    texts = [f"theorem t {a}", f"theorem t {b}"]
    first, second = await read_subjects(lean, HEADER, texts)
    assert first.fault == second.fault == ""
    return same_level(first.forms, second.forms)


@pytest.mark.parametrize(
    ("a", "b", "level"),
    [
        ("(n : ℕ) : n < 5", "(m : ℕ) : m < 5", Level.ALPHA),
        ("(n : ℕ) (h : 0 < n) : n < 5", ": ∀ n > 0, n < 5", Level.STRUCTURE),
        ("(a b : ℕ) (h : a < b) : a ≠ b", "(b a : ℕ) : a = b → ¬ a < b", Level.STRUCTURE),
        ("(n : ℕ) : Even n", "(n : ℕ) : n % 2 = 0", Level.NOTATION),
        ("(n : ℕ) : Even n", "(n : ℕ) : ∃ k, n = k + k", Level.NOTATION),
        ("(a b : ℕ) : (a : ℤ) + b < 5", "(a b : ℕ) : a + b < 5", Level.NOTATION),
        ("(a b : ℤ) : a = b + 1", "(a b : ℤ) : a - b - 1 = 0", Level.ARITHMETIC),
        ("(a b : ℕ) : a < b * 2", "(a b : ℕ) : a + 1 ≤ 2 * b", Level.ARITHMETIC),
        ("(a b : ℤ) : (a + b) ^ 2 = 4", "(a b : ℤ) : a ^ 2 + 2 * a * b + b ^ 2 = 4",
         Level.ARITHMETIC),
        # Different, and two theorems that arithmetic would both make trivial.
        ("(a b : ℕ) : a < b", "(a b : ℕ) : a ≤ b", None),
        ("(a b : ℕ) : a - b = 0", "(a b : ℤ) : a - b = 0", None),
        ("(a b : ℕ) : a - b + b = a", "(a b : ℕ) : a = a", None),
        ("(f : ℕ → ℕ) : f 0 = 0", "(f : ℤ → ℕ) : f 0 = 0", None),
        ("(a b : ℤ) : a + b = b + a", "(a b : ℤ) : a * b = b * a", None),
        ("(x : ℤ) (h : x + 3 = 7) : x = 4", "(x : ℤ) (h : x = 4) : x = 4", None),
        (": 2 ^ 8 % 5 = 1", ": 256 % 5 = 1", None),
        (": ∀ n : ℕ, ∃ m : ℕ, n < m", ": ∃ m : ℕ, ∀ n : ℕ, n < m", None),
        ("(p q r : ℕ) (h : p = 1 → q = 1) : r = 1", "(p q r : ℕ) : p = 1 → q = 1 → r = 1", None),
        # What is trivial inside of a statement reads like anything else that is.
        ("(a b : ℕ) : ∃ k < 3, k + a = a + k", "(a b : ℕ) : ∃ k < 3, k * b = b * k", None),
        ("(a b c : ℕ) : a + b = b + a → c < 4", "(a b c : ℕ) : a * b = b * a → c < 4", None),
        ("(a : ℕ) : a = if True then 1 else 2", "(a : ℕ) : a = if False then 1 else 2", None),
        # No field: quotients are rounded, and one more may be less.
        ("(a b : Fin 7) (h : a / 2 * 2 = b) : b ≤ a", "(a b : Fin 7) (h : a = b) : b ≤ a", None),
        ("(a b : Fin 7) : a + 1 ≤ b + 1", "(a b : Fin 7) : a ≤ b", None),
        # What a product is depends on where an instance stands.
        ("(a b : ℕ) (h : a * b = 6) [Mul ℕ] : a < 7", "[Mul ℕ] (a b : ℕ) (h : a * b = 6) : a < 7",
         None),
        ("(R : Type) [Mul R] (a b : R) : a * b = a", "(S : Type) [Mul S] (c d : S) : c * d = c",
         Level.ALPHA),
        ("(R : Type) [Mul R] (a b : R) : a * b = a", "(R : Type) [Mul R] (a b : R) : b * a = a",
         None),
        # Comments, strings and quoted names hide nothing.
        ('(s : String) (h : s = "a--b") : s ≠ ""', '(s : String) (h : s = "c--d") : s ≠ ""', None),
        ("(n : ℕ) («/-» : 5 < n) («-/» : n < 3) : n < 4", "(n : ℕ) (h : n < 3) : n < 4", None),
        ("(n : ℕ) -- (h : n < 9)\n (h : n < 3) : n < 4 -- :", "(m : ℕ) (h : m < 3) : m < 4",
         Level.ALPHA),
    ],
)  # fmt: skip
async def test_two_statements_agree_first_at_this_level(
    lean: EmbeddedLean, a: str, b: str, level: Level | None
) -> None:
    assert await level_of(lean, a, b) == level


async def test_the_real_statements_have_forms_and_no_two_of_them_agree(lean: EmbeddedLean) -> None:
    tasks = [task for task in load() if "ℝ" not in task.header]
    subjects = await read_subjects(lean, HEADER, [task.formal for task in tasks])
    assert [each.fault for each in subjects if each.fault] == []
    texts = [each.forms[Level.ARITHMETIC].text for each in subjects]
    assert len(set(texts)) == len(texts)


async def test_an_instance_written_by_hand_is_not_left_out(lean: EmbeddedLean) -> None:
    other = "(a b : ℕ) : @HAdd.hAdd ℕ ℕ ℕ ⟨Nat.mul⟩ a b = b"
    assert await level_of(lean, "(a b : ℕ) : a + b = b", other) is None
    same = "(a b : ℕ) : @HAdd.hAdd ℕ ℕ ℕ instHAdd a b = b"
    assert await level_of(lean, "(a b : ℕ) : a + b = b", same) == Level.ALPHA


async def test_products_commute_in_a_field_of_the_headers_only(lean: EmbeddedLean) -> None:
    a, b = "theorem t (a b : G) : a * b = b + a", "theorem t (a b : G) : b * a = b + a"
    field = "[Lean.Grind.Field G] [LE G] [LT G] [Std.IsLinearOrder G] [Lean.Grind.OrderedRing G]"
    for classes, level in (("[Mul G] [Add G]", None), (field, Level.ARITHMETIC)):
        header = f"{HEADER}variable {{G : Type}} {classes}\n"
        first, second = await read_subjects(lean, header, [a, b])
        assert first.fault == ""
        assert same_level(first.forms, second.forms) == level


VARIABLES = ("a~1", "b~2", "c~3", "d~4")


def hypothesis(rng: random.Random) -> Tree:
    x, y = (("var", name) for name in rng.sample(VARIABLES, 2))
    left = operation(rng.choice(["HAdd.hAdd", "HMul.hMul"]), NAT, x, lit(NAT, rng.randrange(3)))
    return app(rng.choice(["LT.lt", "LE.le", "Eq"]), NAT, left, y)


def closed(order: tuple[str, ...], hypotheses: list[Tree], claim: Tree) -> Tree:
    tree = claim
    for each in reversed(hypotheses):
        tree = ("imp", each, tree)
    for name in reversed(order):
        tree = ("all", name, NAT, tree)
    return tree


def test_what_is_put_in_twice_has_binders_of_its_own() -> None:
    """In ``∃! x, ∃ z, ∀ w, x = w * z`` no w is taken for z, not where x is the only one either."""
    product = operation("HMul.hMul", NAT, ("var", "w"), ("var", "z"))
    inner = ("all", "w", NAT, app("Eq", NAT, ("var", "x"), product))
    p = ("fun", "x", NAT, app("Exists", NAT, ("fun", "z", NAT, inner)))
    statement = ("imp", app("ExistsUnique", NAT, p), app("Eq", NAT, lit(NAT, 1), lit(NAT, 2)))
    text = normal_forms(statement)[Level.NOTATION].text
    assert text.count("HMul.hMul") == 2
    assert not any(f"#{i} #{i})" in text for i in range(9))


@settings(max_examples=60, deadline=None)
@given(st.integers(min_value=0))
def test_forms_depend_on_no_name_and_no_order(seed: int) -> None:
    rng = random.Random(seed)
    hypotheses = [hypothesis(rng) for _ in range(3)]
    claim = hypothesis(rng)
    statement = closed(VARIABLES, hypotheses, claim)
    fresh = {name: f"z~{10 + i}" for i, name in enumerate(rng.sample(VARIABLES, 4))}

    def renamed(tree: Tree) -> Tree:
        for name, new in fresh.items():
            tree = substitute(tree, name, ("var", new))
        return tree

    shuffled = [renamed(each) for each in rng.sample(hypotheses, 3)]
    order = tuple(rng.sample(sorted(fresh.values()), 4))
    other = closed(order, shuffled, renamed(claim))
    first, second = normal_forms(statement), normal_forms(other)
    for level in (Level.STRUCTURE, Level.NOTATION, Level.ARITHMETIC):
        assert first[level].text == second[level].text


def test_a_number_of_another_type_is_another_number() -> None:
    forms = [normal_forms(app("P", lit(type_, 1)))[Level.ARITHMETIC].text for type_ in (NAT, INT)]
    assert forms[0] != forms[1]


def test_a_statement_is_taken_apart_at_its_binders() -> None:
    text = "theorem t (x y : ℕ) (h : 0 < x) : ∀ n > 4, ∀ m : ℕ, x + n = m"
    statement = read_statement(text)
    assert statement.proposition == "∀ (x y : ℕ) (h : 0 < x), ∀ n > 4, ∀ m : ℕ, x + n = m"
    assert [binder.text for binder in statement.binders] == [
        "(x y : ℕ)", "(h : 0 < x)", "(n)", "(_ : n > 4)", "(m : ℕ)",
    ]  # fmt: skip
    assert statement.body == "x + n = m"


@pytest.mark.parametrize("text", ["theorem t : (1 = 1", "example : 1 = 1", "theorem t (n : ℕ)"])
def test_what_is_no_theorem_header_is_an_input_error(text: str) -> None:
    with pytest.raises(InputError):
        read_statement(text)
