"""Lean from a toolchain of the user's: found, compiled for, run in the sandbox."""
