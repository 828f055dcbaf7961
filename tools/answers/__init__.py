"""Answers: taking them out of a solution, and telling whether two are the same."""
