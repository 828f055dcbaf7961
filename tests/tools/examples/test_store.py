"""Worked examples: found by likeness, and never the task itself."""

import random

import pytest

from proofloop.datasets import minif2f_core
from proofloop.datasets.examples import from_labels
from proofloop.datasets.labels import bundled
from proofloop.tools.examples.example import Example, gives_away
from proofloop.tools.examples.store import ExampleStore

EVEN = Example(
    informal="Show that the sum of two even integers is even.",
    lean="theorem t (a b : ℤ) (ha : Even a) (hb : Even b) : Even (a + b)",
)
PRIME = Example(informal="Every prime above 2 is odd.", lean="theorem p : True")
GROUP = Example(
    informal="A group of prime order is cyclic.", lean="theorem g : True", faithful=False
)
STORE = ExampleStore([EVEN, PRIME, GROUP, PRIME])


def test_the_nearest_come_first_and_each_once() -> None:
    assert len(STORE) == 3
    found = list(STORE.nearest("Is the product of two even integers divisible by 4?"))
    assert found[0] == EVEN
    assert set(STORE.nearest("Which primes are cyclic?")) == {PRIME, GROUP}
    assert list(STORE.nearest("Which primes are cyclic?", faithful=False)) == [GROUP]


@pytest.mark.parametrize("text", ["", "?!", "\0", 'a "b" OR (NEAR', "∑ ∀ ℕ"])
def test_any_text_is_a_query(text: str) -> None:
    assert isinstance(list(STORE.nearest(text)), list)


@pytest.mark.parametrize(
    "text",
    [
        EVEN.informal,
        "  show that the SUM of two even integers is even",
        "Show that the sum of two even integers is $even$",
        "Prove that the sum of two even integers is even.",
        EVEN.informal + " Justify every step of your proof and say where evenness is used.",
    ],
)
def test_the_task_and_its_duplicates_are_no_examples(text: str) -> None:
    assert EVEN not in list(STORE.nearest(text))


def test_a_statement_under_another_name_gives_itself_away() -> None:
    renamed = EVEN.lean.replace("theorem t", "theorem  other_name").replace(" : ", "\n  : ")
    assert gives_away(EVEN, "quite another text", renamed)
    assert not gives_away(EVEN, "quite another text", PRIME.lean)


def noisy(text: str, rng: random.Random) -> str:
    """As the text may stand in another file: other case, spaces, TeX and a typing mistake."""
    place = rng.randrange(len(text))
    text = text[:place] + rng.choice("xyz") + text[place + 1 :]
    return rng.choice([str.upper, str.lower, str])(text.replace(" ", "  ").replace("$", ""))


def test_no_text_of_a_whole_set_is_ever_its_own_example() -> None:
    """Leakage over the bundled miniF2F: every text, as it stands and told with noise, against a
    store of all of them."""
    rng = random.Random(0)
    tasks = minif2f_core.load()
    store = ExampleStore(Example(informal=t.informal, lean=t.formal, source=t.id) for t in tasks)
    shown = 0
    for task in tasks:
        for text in (task.informal, noisy(task.informal, rng)):
            sources = [one.source for one in store.nearest(text)]
            assert task.id not in sources
            shown += bool(sources)
    assert shown > 1.9 * len(tasks)  # and there is nearly always another


def test_labels_can_be_their_own_sets_examples_without_giving_a_label_away() -> None:
    """Each text of the rewrites stands there several times, with other labels."""
    store = ExampleStore(from_labels("minif2f_rewrites"))
    for label in bundled("minif2f_rewrites")[::5]:
        for one in store.nearest(label.informal, lean=label.lean):
            assert one.informal != label.informal
            assert one.lean != label.lean
