"""When to stop sampling: one rule a file."""
