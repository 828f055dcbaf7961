"""Lean 4 as WebAssembly, kept warm in a Node process: needs no toolchain."""
