"""The graphs as the LangGraph tools open them (``langgraph.json`` names this file).

Those tools pass no context of ours, so the nodes run with one made from the settings of the
process, over one run folder for as long as it lives.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from proofloop.agents.prompts import set_default
from proofloop.core.run import Run
from proofloop.core.settings import load_settings
from proofloop.graphs.adaptive import adaptive_graph
from proofloop.graphs.agreement import agreement_graph
from proofloop.graphs.astar import astar_graph
from proofloop.graphs.atf import atf_graph
from proofloop.graphs.atom_of_thoughts import atom_of_thoughts_graph
from proofloop.graphs.best_of_n import best_of_n_graph
from proofloop.graphs.context import set_default_context
from proofloop.graphs.decompose import decompose_graph
from proofloop.graphs.empirical_mcts import empirical_mcts_graph
from proofloop.graphs.formalize import formalize_graph
from proofloop.graphs.formalmath import formalmath_graph
from proofloop.graphs.iad import iad_graph
from proofloop.graphs.mmformalize import mmformalize_graph
from proofloop.graphs.particles import particles_graph
from proofloop.graphs.pdr import pdr_graph
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
from proofloop.prompts import chosen_prompts
from proofloop.session import make_context

if TYPE_CHECKING:
    from proofloop.graphs.context import Context


@cache
def default_context() -> Context:
    run = Run.create(load_settings(), "serve", {"serve": True})
    set_default(chosen_prompts(run.settings))
    return make_context(run.__enter__())


set_default_context(default_context)
formalize = formalize_graph()
atf = atf_graph()
reform = reform_graph()
formalmath = formalmath_graph()
agreement = agreement_graph()
mmformalize = mmformalize_graph()
decompose = decompose_graph()
review = review_graph()
prove_whole = prove_whole_graph()
prove_sketch = prove_sketch_graph()
prove_best_first = prove_best_first_graph()
prove_iterative = prove_iterative_graph()
self_consistency = self_consistency_graph()
best_of_n = best_of_n_graph()
refine = refine_graph()
iad = iad_graph()
particles = particles_graph()
astar = astar_graph()
pdr = pdr_graph()
rtv_pdr = rtv_pdr_graph()
tmas = tmas_graph()
empirical_mcts = empirical_mcts_graph()
adaptive = adaptive_graph()
solve_detect_verify = solve_detect_verify_graph()
atom_of_thoughts = atom_of_thoughts_graph()
