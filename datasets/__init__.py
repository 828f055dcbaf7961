"""Real data sets, the batch runner, metrics and reports."""
