"""Examples found by likeness: BM25 over the words of their texts.

The words are those of premise retrieval (``tools/lean/premises/words.py``), so that "divides" and
∣ are one word; the ranking is SQLite's (FTS5), as there, in memory.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence

from proofloop.tools.examples.example import Example, gives_away
from proofloop.tools.lean.premises.words import query_words


class ExampleStore:
    """The examples in their order, each text with its statement once."""

    def __init__(self, examples: Iterable[Example]) -> None:
        self.examples = list({(one.informal, one.lean): one for one in examples}.values())
        self._db = sqlite3.connect(":memory:", check_same_thread=False)
        self._db.execute("CREATE VIRTUAL TABLE words USING fts5(text, tokenize='porter unicode61')")
        self._db.executemany(
            "INSERT INTO words (rowid, text) VALUES (?, ?)",
            ((place, " ".join(words(one.informal))) for place, one in enumerate(self.examples)),
        )

    def __len__(self) -> int:
        return len(self.examples)

    def order(self, text: str) -> list[int]:
        """The places of those that share a word with ``text``, the nearest first."""
        query = " OR ".join(f'"{word}"' for word in words(text))
        if not query:
            return []
        found = self._db.execute(
            "SELECT rowid FROM words WHERE words MATCH ? ORDER BY rank, rowid", (query,)
        )
        return [place for (place,) in found.fetchall()]

    def nearest(
        self,
        informal: str,
        *,
        lean: str = "",
        faithful: bool | None = None,
        order: Sequence[int] | None = None,
    ) -> Iterator[Example]:
        """Those nearest to ``informal``, or in this ``order``, without those that give it (or
        ``lean``) away; with ``faithful`` only those that are, or are not."""
        for place in self.order(informal) if order is None else order:
            one = self.examples[place]
            if faithful in (None, one.faithful) and not gives_away(one, informal, lean):
                yield one

    def close(self) -> None:
        self._db.close()


def words(text: str) -> list[str]:
    """Words that FTS5 takes as they are: it splits at symbols, which are left out."""
    return [word for word in query_words(text.replace("\0", " ")) if word.isalnum()]
