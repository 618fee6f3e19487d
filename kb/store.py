"""The port: what a search store is asked to do. Adapters: ``kb.postgres`` today."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Document:
    """What is searched. ``fields`` are (text, weight) pairs; ``tags`` narrow or favour (category codes)."""

    id: str
    fields: tuple[tuple[str, int], ...]
    tags: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Scored:
    """``score`` is BM25; ``coverage`` is the part of the question's weight the document answers to, 0 to 1, which can
    be compared between questions."""

    id: str
    score: float
    coverage: float


class Store(Protocol):
    """Works inside the caller's transaction: an article and its index change together or not at all."""

    async def put(self, documents: Sequence[Document]) -> None:
        """Index these documents anew, whether or not they were there."""
        ...

    async def remove(self, ids: Sequence[str]) -> None: ...

    async def search(self, text: str, *, limit: int = 5) -> list[Scored]:
        """Best first; empty for a question without a single known word."""
        ...
