"""Lean behind the REPL of the Lean community, held by the package lean-interact."""
