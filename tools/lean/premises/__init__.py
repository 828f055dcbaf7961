"""Premise retrieval: what the loaded environment holds that a statement or a proof could use."""
