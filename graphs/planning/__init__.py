"""What a run of a graph will ask for, known before it begins."""
