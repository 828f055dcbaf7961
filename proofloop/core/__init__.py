"""The vocabulary: values, errors, budget, journal, settings."""
