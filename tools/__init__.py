"""What checks and stores, with no language model of its own."""
