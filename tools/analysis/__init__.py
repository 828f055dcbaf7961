"""What samples, verifiers and budgets can give: the theory of repeated attempts, as functions."""
