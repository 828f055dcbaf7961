"""Lean 4: backends, verdicts, the portfolio prover."""
