"""Other statements made of a statement's own text: its negation, its hypotheses alone.

The cuts are where Lean's parser saw binders, claim and conclusion; the pieces are copied verbatim,
so that they mean what they meant. What the header binds (a type that stands for ℝ, with its
instances) is not negated: a refutation holds for every such type, the real numbers included.
"""

from __future__ import annotations

from dataclasses import dataclass

NEGATION = "hygiene_negation"
ABSURD = "hygiene_absurd"


@dataclass(frozen=True)
class Closure:
    """``levels`` is ``.{u, v}`` or empty; ``premises`` the ``∀`` and ``→`` that the claim starts
    with."""

    levels: str
    binders: str
    premises: str
    conclusion: str

    @classmethod
    def of(
        cls,
        text: str,
        levels: tuple[str, ...],
        binders: tuple[int, int] | None,
        claim: tuple[int, int],
        conclusion: tuple[int, int],
    ) -> Closure:
        """From offsets in ``text``."""
        return cls(
            levels=f".{{{', '.join(levels)}}}" if levels else "",
            binders=text[slice(*binders)] if binders else "",
            premises=text[claim[0] : conclusion[0]],
            conclusion=text[slice(*conclusion)],
        )

    def negation(self) -> str:
        """``theorem hygiene_negation : ¬ ∀ binders, claim``."""
        binders = f"∀ {self.binders}\n, " if self.binders else ""
        claim = f"{self.premises}{self.conclusion}"
        return f"theorem {NEGATION}{self.levels} : ¬ ({binders}({claim}\n))"

    def absurdity(self) -> str:
        """``theorem hygiene_absurd (binders) : premises → False``."""
        return f"theorem {ABSURD}{self.levels} {self.binders}\n: {self.premises}False"

    @property
    def assumes(self) -> bool:
        return bool(self.binders or self.premises)
