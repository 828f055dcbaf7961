"""Whether two formal statements say the same: normal forms, proofs, separating instances."""
