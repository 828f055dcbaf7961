"""Proof scripts made for one theorem from its shape: each module one idea.

A recipe is a function ``Shape -> Iterator[str]`` of tactic blocks to try. None of them is trusted:
what it proposes is checked like any other proof. They may use lemmas of the prelude.
"""
