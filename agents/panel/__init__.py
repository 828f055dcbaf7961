"""Judges on one panel: votes, the rules that count them, and the panel that asks."""
