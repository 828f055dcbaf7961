"""A question of one token: how likely is yes?"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

from proofloop.agents.llm.base import Reply, Sampling

# A few tokens, since some models begin with white space or a mark.
ONE_WORD = Sampling(temperature=0.0, max_tokens=4, logprobs=10)


def chance_of_yes(reply: Reply) -> float | None:
    """P(yes) / (P(yes) + P(no)) at the first token that is a word, by its alternatives. Where the
    endpoint gives no log-probabilities it is 1 or 0 by the word said; None where it is neither."""
    for token in reply.logprobs or ():
        if word(token.token):
            pairs = {token.token: token.logprob} | dict(token.top)
            yes, no = mass(pairs.items(), "yes"), mass(pairs.items(), "no")
            if yes + no > 0:
                return yes / (yes + no)
            break
    said = re.match(r"\W*(yes|no)\b", reply.text.lower())
    return None if said is None else float(said[1] == "yes")


def mass(pairs: Iterable[tuple[str, float]], wanted: str) -> float:
    """The probability of all spellings of a word; what is not a number has none."""
    return sum(
        math.exp(min(logprob, 0.0))
        for token, logprob in pairs
        if word(token) == wanted and not math.isnan(logprob)
    )


def word(token: str) -> str:
    return token.strip(" \t\n\"'`*_.:").lower()
