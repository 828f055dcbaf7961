"""The Lean side: prelude and host scripts. Data only: read it with ``importlib.resources``."""
