"""LeanDojo: traced repositories as theorems, premises, tactic states and a premise graph.

What works without LeanDojo and without Lean: its benchmark's JSON (``benchmark``) and the graph
(``graph``). With the package alone: traced folders (``traced``) and printed goals (``goals``). With
a toolchain and a network besides: tracing a repository and stepping in it (``live``).
"""
