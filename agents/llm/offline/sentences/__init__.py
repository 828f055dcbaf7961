"""Controlled English about who is what and who does what, as in FOLIO and ProofWriter."""
