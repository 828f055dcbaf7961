"""A model without a network: a grammar of controlled English, both ways."""
