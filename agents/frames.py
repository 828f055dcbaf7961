"""Frames: the parts of templates that are the same in several roles.

A template is made of paragraphs. Those here show one thing each, under its title and between its
tags, with the placeholder that the role fills; what a role alone says stands in its own file.
"""

from __future__ import annotations


def paragraphs(*parts: str) -> str:
    return "\n\n".join(parts)


def after(*parts: str) -> str:
    """Paragraphs that follow others, where there is something to show."""
    return paragraphs("", *parts)


def tagged(title: str, tag: str, field: str = "") -> str:
    """What fills ``{field}`` (or ``{tag}``, where it is not named), in tags under a title."""
    return f"{title}:\n<{tag}>\n{{{field or tag}}}\n</{tag}>"


def lean(field: str) -> str:
    """What fills ``{field}``, as a block of Lean."""
    return f"```lean\n{{{field}}}\n```"


def again(what: str) -> str:
    return after(f"Earlier {what} did not do:", "{feedback}", "Give a better one.")


# A problem and what was written about it.
PROBLEM = tagged("Problem", "problem")
SOLUTION = tagged("Solution", "solution")
ATTEMPT = tagged("Attempt", "attempt", "solution")

# A text to formalize, with the Lean that it will stand after.
TEXT_AND_HEADER = paragraphs(
    tagged("Informal statement", "informal"),
    tagged("The Lean text before the theorem is fixed", "header"),
)
FAITHFUL = """\
You write one theorem statement that says exactly what the informal text says: the same objects \
and domains, the same hypotheses, the same quantifiers, the same claim, nothing weaker and nothing \
stronger. If the text asks for a value and gives the answer, the claim is that answer. You do not \
prove it. Mind the traps: subtraction and division on ℕ are truncated; 0 is a natural number; \
choose ℤ or ℚ where they are needed, and write casts explicitly."""
PREMISES = after(
    f"These exist and may be of use for the names and notations they show:\n{lean('premises')}"
)
EXAMPLE = f"<informal>\n{{informal}}\n</informal>\n{lean('lean')}"

# A formalization to judge, and what tools and judges said of earlier ones.
TEXT = tagged("Informal text", "informal")
STATEMENT = "```lean\n{header}\n\n{lean}\n```"
LEAN = f"Lean:\n{STATEMENT}"
REJECTED = f"{lean('lean')}\nRejected by {{stage}}:\n{{feedback}}"
RUBRIC = after("Heed this too:\n{rubric}")
DECIDE = "Give the reasons first, then the decision: true, false, or null if you cannot tell."
DECIDED = "Decision: {decision}. Reasons: {reasons}"

# A problem that may have a figure, and one part of it.
WHOLE = tagged("The problem", "informal")
SCENE = after(tagged("Its figure shows", "scene"))
PART = "<proposition>\n{phrase}\n</proposition>"

# A statement to prove.
TO_PROVE = "```lean\n{header}\n\n{statement} := by\n  ...\n```"
