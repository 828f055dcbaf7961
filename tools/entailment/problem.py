"""An entailment problem, and a tree that decomposes it."""

from __future__ import annotations

import re
from collections import Counter
from typing import Literal

import networkx as nx
from pydantic import Field, field_validator, model_validator

from proofloop.core.model import Frozen

Label = Literal["True", "False", "Uncertain", ""]
_ID = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
HYPOTHESIS = "hypothesis"


def _identifier(text: str) -> str:
    if not _ID.fullmatch(text):
        raise ValueError(f"the id {text!r} has to be a letter with letters, digits and _ after it")
    return text


class Given(Frozen):
    """A sentence of the problem: a premise, or one of its explanation."""

    id: str
    text: str = Field(min_length=1)

    _id = field_validator("id")(_identifier)


class Node(Frozen):
    """An inner node: ``claim`` is entailed by its children, which are sentences or nodes. The root
    is the node ``hypothesis``."""

    id: str
    claim: str
    children: tuple[str, ...]

    _id = field_validator("id")(_identifier)


class EntailmentProblem(Frozen):
    """Do the ``sentences`` entail the ``hypothesis``? ``label`` is the truth where it is known:
    entailed, its negation entailed, neither. ``tree`` is a given decomposition."""

    id: str
    sentences: tuple[Given, ...] = Field(min_length=1)
    hypothesis: str = Field(min_length=1)
    label: Label = ""
    tree: tuple[Node, ...] = ()
    source: str = ""

    @model_validator(mode="after")
    def _ids(self) -> EntailmentProblem:
        counts = Counter(each.id for each in self.sentences)
        if twice := next((name for name, count in counts.items() if count > 1), None):
            raise ValueError(f"the sentence id {twice!r} occurs twice")
        if HYPOTHESIS in counts:
            raise ValueError(f"no sentence can be called {HYPOTHESIS!r}")
        return self

    @property
    def texts(self) -> dict[str, str]:
        return {each.id: each.text for each in self.sentences}


def flat_tree(problem: EntailmentProblem) -> tuple[Node, ...]:
    """The tree with no inner node but the root, which rests on every sentence."""
    children = tuple(each.id for each in problem.sentences)
    return (Node(id=HYPOTHESIS, claim=problem.hypothesis, children=children),)


def tree_faults(problem: EntailmentProblem, tree: tuple[Node, ...]) -> list[str]:
    """What is wrong with a tree, in words for its author; [] for a good one: the root is the
    hypothesis, the leaves are given sentences, every node leads to the root, and there is no
    cycle. Sentences and nodes may be children of several nodes, as they are in EntailmentBank."""
    if not tree:
        return ["the tree has no nodes"]
    faults = []
    counts = Counter(node.id for node in tree)
    faults += [f"two nodes are called {name!r}" for name, count in counts.items() if count > 1]
    texts = problem.texts
    faults += [f"the node {name!r} is called like a sentence" for name in counts if name in texts]
    if HYPOTHESIS not in counts:
        faults.append(f"no node is called {HYPOTHESIS!r}: that has to be the root")
    for node in tree:
        if not node.children:
            faults.append(f"the node {node.id!r} has no children")
        for child, count in Counter(node.children).items():
            if child not in counts and child not in texts:
                faults.append(f"{child!r}, a child of {node.id!r}, is no node and no sentence")
            if count > 1:
                faults.append(f"{child!r} is a child of {node.id!r} twice")
        if node.id != HYPOTHESIS and not node.claim.strip():
            faults.append(f"the node {node.id!r} claims nothing")
    if faults:
        return faults
    graph = graph_of(tree)
    if not nx.is_directed_acyclic_graph(graph):
        cycle = " -> ".join(edge[0] for edge in nx.find_cycle(graph))
        return [f"the tree has a cycle: {cycle}"]
    for node in tree:
        parents = list(graph.predecessors(node.id))
        if node.id == HYPOTHESIS and parents:
            faults.append(f"the root {HYPOTHESIS!r} is a child of {parents[0]!r}")
        if node.id != HYPOTHESIS and not parents:
            faults.append(f"the node {node.id!r} is nobody's child: it leads to no root")
    return faults


def graph_of(tree: tuple[Node, ...]) -> nx.DiGraph:
    """Edges from each node to its children."""
    graph = nx.DiGraph()
    for node in tree:
        graph.add_node(node.id)
        graph.add_edges_from((node.id, child) for child in node.children)
    return graph


def levels(tree: tuple[Node, ...]) -> list[list[Node]]:
    """The nodes bottom-up: those of a level rest on sentences and on nodes of earlier levels."""
    known = {node.id: node for node in tree}
    graph = graph_of(tree).subgraph(known)
    return [
        [known[name] for name in sorted(level)]
        for level in nx.topological_generations(graph.reverse(copy=True))
    ]


def leaves_under(tree: tuple[Node, ...], name: str) -> list[str]:
    """The sentences that a node rests on, in the tree's order."""
    known = {node.id: node for node in tree}
    found: dict[str, None] = {}
    for child in known[name].children:
        found |= dict.fromkeys(leaves_under(tree, child) if child in known else [child])
    return list(found)
