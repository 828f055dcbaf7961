"""A model without a network: a grammar of controlled English, both ways.

text → ``choices`` (the stated answer) → ``scan`` (characters to pieces) → ``chunk`` (sentences of
words and mathematics; ``math.lark``, ``dots``) → ``english`` (``english.lark``, ``kinds``) →
``discourse`` (sentences to one draft) → ``elaborate`` (sorts and casts) → ``forms`` (the logical
form) → ``lean_printer``.

Lean → ``lean_reader`` (``lean.lark``) → ``forms`` → ``english_printer``.

``judge`` compares two forms, by ``normal`` forms and by values (``evaluate``).
"""
