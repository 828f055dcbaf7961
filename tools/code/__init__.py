"""Programs that are tried: run in the sandbox, judged by tests they cannot reach."""
