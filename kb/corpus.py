"""A corpus from outside: documents in, questions in, ranked documents out. For measuring, and for a quick look.

A document is kept twice: as passages, whose best one counts, and whole, whose score is added. A question is answered
somewhere, by something that is about it.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from kb.splitting import passages_of
from kb.store import Passage, Progress, Query, SearchStore

CANDIDATES = 30
TODAY = date(2000, 1, 1)
"""Outside documents hold for ever, so any day will do."""


@dataclass(frozen=True, slots=True)
class Document:
    id: str
    text: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Corpus:
    """Two indexes of the same documents."""

    passages: SearchStore
    whole: SearchStore

    async def index(self, documents: Iterable[Document], progress: Progress = lambda done: None) -> int:
        """Index anew; returns how many passages. ``progress`` is told of passages and documents alike."""
        kept = list(documents)
        count = await self.passages.rebuild(_each(_parts(kept)), progress)
        await self.whole.rebuild(_each(_whole(kept)), lambda done: progress(count + done))
        return count

    async def search(self, text: str, limit: int = 10) -> list[tuple[str, float]]:
        """(document, score), best first."""
        query = Query(text, at=TODAY, limit=max(limit, CANDIDATES))
        scores: dict[str, float] = {}
        for ranked in await asyncio.gather(self.passages.rank(query), self.whole.rank(query)):
            for found in ranked:
                scores[found.article_id] = scores.get(found.article_id, 0.0) + found.score
        return sorted(scores.items(), key=lambda item: (-item[1], item[0]))[:limit]


def _parts(documents: Iterable[Document]) -> Iterator[Passage]:
    for document in documents:
        for number, text in enumerate(passages_of(document.text)):
            yield Passage(f"{document.id}#{number}", document.id, 1, document.title, "", text)


def _whole(documents: Iterable[Document]) -> Iterator[Passage]:
    for document in documents:
        yield Passage(document.id, document.id, 1, document.title, "", document.text)


async def _each(passages: Iterable[Passage]) -> AsyncIterator[Passage]:
    for passage in passages:
        yield passage
