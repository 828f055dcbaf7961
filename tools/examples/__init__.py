"""Worked examples for prompts: kept, found by likeness, and never the task itself."""
