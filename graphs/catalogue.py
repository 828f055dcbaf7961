"""All graphs by name, and the methods of proof that users choose from."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from inspect import signature
from typing import Any, get_type_hints

from langgraph.graph.state import CompiledStateGraph
from pydantic import TypeAdapter, ValidationError
from pydantic.errors import PydanticSchemaGenerationError

from proofloop.core.errors import SettingsError
from proofloop.core.image import read_image
from proofloop.core.settings import Settings
from proofloop.graphs.adaptive import adaptive_graph
from proofloop.graphs.agreement import agreement_graph
from proofloop.graphs.astar import astar_graph
from proofloop.graphs.atf import atf_graph
from proofloop.graphs.atom_of_thoughts import atom_of_thoughts_graph
from proofloop.graphs.best_of_n import best_of_n_graph
from proofloop.graphs.context import DEFAULT_HEADER
from proofloop.graphs.decompose import decompose_graph
from proofloop.graphs.empirical_mcts import empirical_mcts_graph
from proofloop.graphs.formalize import formalize_graph
from proofloop.graphs.formalmath import formalmath_graph
from proofloop.graphs.iad import iad_graph
from proofloop.graphs.mmformalize import HEADER as PHYSICS_HEADER
from proofloop.graphs.mmformalize import mmformalize_graph
from proofloop.graphs.particles import particles_graph
from proofloop.graphs.pdr import pdr_graph
from proofloop.graphs.proposition_steps import RETRIEVED
from proofloop.graphs.prove_best_first import prove_best_first_graph
from proofloop.graphs.prove_iterative import prove_iterative_graph
from proofloop.graphs.prove_sketch import prove_sketch_graph
from proofloop.graphs.prove_whole import prove_whole_graph
from proofloop.graphs.refine import refine_graph
from proofloop.graphs.reform import reform_graph
from proofloop.graphs.reviewing import review_graph
from proofloop.graphs.rtv_pdr import rtv_pdr_graph
from proofloop.graphs.self_consistency import self_consistency_graph
from proofloop.graphs.solve_detect_verify import solve_detect_verify_graph
from proofloop.graphs.tmas import tmas_graph

Factory = Callable[..., CompiledStateGraph[Any, Any, Any, Any]]

GRAPHS: dict[str, Factory] = {
    "formalize": formalize_graph,
    "atf": atf_graph,
    "reform": reform_graph,
    "formalmath": formalmath_graph,
    "agreement": agreement_graph,
    "mmformalize": mmformalize_graph,
    "decompose": decompose_graph,
    "review": review_graph,
    "prove_whole": prove_whole_graph,
    "prove_sketch": prove_sketch_graph,
    "prove_best_first": prove_best_first_graph,
    "prove_iterative": prove_iterative_graph,
    "pdr": pdr_graph,
    "rtv_pdr": rtv_pdr_graph,
    "tmas": tmas_graph,
    "empirical_mcts": empirical_mcts_graph,
    "self_consistency": self_consistency_graph,
    "best_of_n": best_of_n_graph,
    "refine": refine_graph,
    "iad": iad_graph,
    "particles": particles_graph,
    "astar": astar_graph,
    "adaptive": adaptive_graph,
    "solve_detect_verify": solve_detect_verify_graph,
    "atom_of_thoughts": atom_of_thoughts_graph,
}

# Graphs over FormalizeState: a text goes in, a statement and its proof come out.
FORMALIZERS = ("formalize", "atf", "reform", "formalmath", "agreement", "mmformalize")

# Those of them that look at figures. They ground what they say in the library, so their prompts
# name premises unless the settings say how many, and their header has physical quantities.
SEEING = ("mmformalize",)

# Graphs that take a problem in words: ``problem`` goes in, ``answer`` and ``solution`` come out.
SOLVERS = (
    "self_consistency",
    "best_of_n",
    "refine",
    "iad",
    "particles",
    "astar",
    "adaptive",
    "solve_detect_verify",
    "atom_of_thoughts",
    "pdr",
    "rtv_pdr",
    "tmas",
    "empirical_mcts",
)

# Those of them that count votes, and so heed how answers are compared.
VOTING = ("self_consistency", "adaptive", "atom_of_thoughts", "tmas")

# Graphs over ProveState: a statement goes in, its proof comes out.
METHODS: dict[str, Factory] = {
    "portfolio": partial(prove_whole_graph, model=False),
    "whole": prove_whole_graph,
    "sketch": prove_sketch_graph,
    "best-first": prove_best_first_graph,
}
DEFAULT_METHOD = "whole"


def formalizer_graph(name: str) -> Factory:
    """The graph of a method of formalizing. Raises SettingsError for an unknown name."""
    if name not in FORMALIZERS:
        names = ", ".join(FORMALIZERS)
        raise SettingsError(f"no method {name!r} of formalizing; there are {names}")
    return GRAPHS[name]


def formalizer_header(method: str) -> str:
    return PHYSICS_HEADER if method in SEEING else DEFAULT_HEADER


def formalizer_settings(method: str, settings: Settings) -> Settings:
    """The settings with what this method takes for granted where they leave it open."""
    if method not in SEEING or "per_prompt" in settings.premises.model_fields_set:
        return settings
    premises = settings.premises.model_copy(update={"per_prompt": RETRIEVED})
    return settings.model_copy(update={"premises": premises})


def figures(
    method: str, images: Sequence[str], settings: Settings, *, where: str
) -> dict[str, list[str]]:
    """The input for a method that is shown these images. Raises InputError for one that cannot be
    shown, SettingsError for a method that looks at none; ``where`` says who gave them."""
    if images and method not in SEEING:
        raise SettingsError(f"{where}: only --method {SEEING[0]} looks at images")
    for image in images:
        read_image(image, most_bytes=settings.formalize.image_bytes)
    return {"images": [*images]} if images else {}


def method_graph(name: str) -> Factory:
    """The graph of a method of proof. Raises SettingsError for an unknown name."""
    if name not in METHODS:
        raise SettingsError(f"no method {name!r} of proof; there are {', '.join(METHODS)}")
    return METHODS[name]


def name_and_options(factory: Factory) -> tuple[str, dict[str, Any]]:
    """Under what name a method's graph is in the catalogue, and with which of its options."""
    made, own = factory, dict[str, Any]()
    if isinstance(factory, partial):
        made, own = factory.func, factory.keywords
    return next(name for name, graph in GRAPHS.items() if graph is made), own


# What the value of an option can be that is given as a text.
PLAIN = (bool, int, float, str, tuple)


def configured(
    name: str, given: Mapping[str, str]
) -> partial[CompiledStateGraph[Any, Any, Any, Any]]:
    """A graph with these of its options, each read from its text: JSON, or a plain word. Raises
    SettingsError for an option that the graph does not have or a value that it does not take."""
    hints = get_type_hints(GRAPHS[name])
    known = {
        option.name: option.default
        for option in signature(GRAPHS[name]).parameters.values()
        if option.kind is option.KEYWORD_ONLY and isinstance(option.default, PLAIN)
    }
    values: dict[str, Any] = {}
    for option, text in given.items():
        if option not in known:
            has = ", ".join(f"{key}={value!r}" for key, value in known.items())
            raise SettingsError(f"{name} has no option {option!r}; it has {has}")
        try:
            value = json.loads(text)
        except ValueError:
            value = text
        try:
            values[option] = reader_of(hints[option], known[option]).validate_python(value)
        except ValidationError as error:
            fault = error.errors()[0]["msg"]
            raise SettingsError(f"option {option} of {name}: {fault}") from None
    factory = partial(GRAPHS[name], **values)
    try:
        factory()
    except ValueError as error:
        raise SettingsError(f"{name}: {error}") from None
    return factory


def reader_of(hint: Any, default: object) -> TypeAdapter[Any]:
    """Checks values of an option, by its default where its type has more than data."""
    try:
        return TypeAdapter(hint)
    except PydanticSchemaGenerationError:
        return TypeAdapter(type(default))


def summary(name: str) -> str:
    """The first sentence of the graph's module docstring."""
    module = sys.modules[GRAPHS[name].__module__]
    return " ".join((module.__doc__ or "").split("\n\n")[0].split())
