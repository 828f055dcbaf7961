"""Who thinks: language models and the roles they play."""
