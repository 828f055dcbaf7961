"""proofloop: agentic reasoning and autoformalization with a Lean 4 kernel as the judge."""

__version__ = "0.1.0"
