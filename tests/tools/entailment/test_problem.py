"""Entailment trees: what is one, and what is said of what is none."""

import pytest

from proofloop.tools.entailment.problem import (
    EntailmentProblem,
    Node,
    flat_tree,
    leaves_under,
    levels,
    tree_faults,
)
from support.entailment import PROBLEM, TREE

PROBLEM_ = EntailmentProblem.model_validate(PROBLEM)


def nodes(*items: tuple[str, str]) -> tuple[Node, ...]:
    return tuple(
        Node(id=name, claim=f"claim of {name}", children=tuple(children.split()))
        for name, children in items
    )


def test_a_good_tree_has_no_faults_and_its_levels_go_up() -> None:
    tree = tuple(Node.model_validate(item) for item in TREE)
    assert tree_faults(PROBLEM_, tree) == []
    assert [[node.id for node in level] for level in levels(tree)] == [["int1"], ["hypothesis"]]
    assert leaves_under(tree, "hypothesis") == ["s1", "s2", "s3"]
    assert tree_faults(PROBLEM_, flat_tree(PROBLEM_)) == []


@pytest.mark.parametrize(
    ("tree", "fault"),
    [
        ((), "the tree has no nodes"),
        (nodes(("int1", "s1 s2")), "no node is called 'hypothesis'"),
        (nodes(("hypothesis", "int1 s3"), ("int1", "s1 int1")), "a cycle: int1"),
        (nodes(("hypothesis", "int1"), ("int1", "int2"), ("int2", "int1 s1")), "a cycle: int"),
        (nodes(("hypothesis", "s1 s9")), "'s9', a child of 'hypothesis', is no node"),
        (nodes(("hypothesis", "s1 s1")), "'s1' is a child of 'hypothesis' twice"),
        (nodes(("hypothesis", "s1"), ("int1", "s2")), "'int1' is nobody's child"),
        (nodes(("hypothesis", "int1"), ("int1", "hypothesis")), "a cycle"),
        (nodes(("hypothesis", "s1"), ("s1", "s2")), "the node 's1' is called like a sentence"),
        (nodes(("hypothesis", "int1"), ("int1", "")), "the node 'int1' has no children"),
        (nodes(("hypothesis", "s1"), ("hypothesis", "s2")), "two nodes are called 'hypothesis'"),
    ],
)
def test_a_malformed_tree_is_told_what_it_lacks(tree: tuple[Node, ...], fault: str) -> None:
    assert any(fault in each for each in tree_faults(PROBLEM_, tree)), tree_faults(PROBLEM_, tree)
