"""Selectors: many candidates in, one ranking out. One method a file, beside its paper."""
