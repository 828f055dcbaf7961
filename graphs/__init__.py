"""The state machines, one file a graph."""
