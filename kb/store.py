"""The port: what is searched, what is asked, what is found. Adapters: ``kb.elastic`` and ``kb.postgres_store``."""

from collections.abc import AsyncIterable, AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, Protocol

Audience = Literal["public", "internal"]
"""``public`` for everybody; ``internal`` for the people who answer, who also see what is public."""

Progress = Callable[[int], None]
"""Told how many passages are done so far."""


class SearchUnavailable(RuntimeError):
    """The store did not answer in time, or is not asked for a while because it lately did not. ``code`` is stable."""

    code = "search_unavailable"


@dataclass(frozen=True, slots=True)
class Passage:
    """One section of one version of an article: what is searched, and what is cited.

    ``title`` and ``questions`` are those of the article. ``version`` only grows for one ``id``. Empty ``places`` means
    the whole province (else area codes), empty ``units`` means every unit (else those who may see it). ``valid_to`` is
    the last day it holds.
    """

    id: str
    article_id: str
    version: int
    title: str
    heading: str
    text: str
    questions: tuple[str, ...] = ()
    kind: str = "question"
    categories: tuple[str, ...] = ()
    audience: Audience = "public"
    places: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    valid_from: date = date.min
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Query:
    """A question and who asks it. Everything but ``favour`` narrows, before anything is ranked.

    ``units`` are those the asker belongs to, ``places`` where the matter is (empty: anywhere), ``kinds`` empty for all.
    ``favour`` are category codes whose articles are ranked a little higher. ``limit`` counts articles.
    """

    text: str
    at: date
    audience: Audience = "public"
    places: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    favour: tuple[str, ...] = ()
    limit: int = 5


@dataclass(frozen=True, slots=True)
class Span:
    """Characters ``start`` to ``end`` (exclusive) of the passage's own text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Found:
    """The best passage of one article.

    ``score`` orders the answers to one question and means nothing beyond it. ``coverage`` is the part of the question's
    weight that the passage answers to, 0 to 1, and compares between questions.
    """

    passage_id: str
    article_id: str
    score: float
    coverage: float
    highlights: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Ranked:
    """The best passage of one article by its score alone."""

    passage_id: str
    article_id: str
    score: float


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A title or a question that begins with, or holds, what somebody is typing."""

    article_id: str
    text: str


class SearchStore(Protocol):
    """Every method raises ``SearchUnavailable`` where the store is a server of its own that does not answer."""

    async def put(self, passages: Sequence[Passage]) -> None:
        """Index these, in place of what had their ids. An older version never replaces a newer one, nor revives a
        passage removed at a newer one; so order and repetition do not matter."""
        ...

    async def remove(self, ids: Sequence[str], version: int) -> None:
        """Forget these passages unless a version newer than ``version`` is there."""
        ...

    async def search(self, query: Query) -> list[Found]:
        """Articles, best first; empty for a question without a single known word."""
        ...

    async def rank(self, query: Query) -> list[Ranked]:
        """The same order without coverage and highlights, for whoever needs many and shows none."""
        ...

    async def suggest(self, prefix: str, audience: Audience, at: date, *, limit: int = 8) -> list[Suggestion]:
        """Titles and questions for what was typed so far; the last word may be half a word."""
        ...

    async def did_you_mean(self, text: str) -> str | None:
        """The same with likely typing mistakes mended, in words the articles use; None where nothing would change."""
        ...

    def inventory(self) -> AsyncIterator[tuple[str, int]]:
        """Every passage's id and version, in no order."""
        ...

    async def rebuild(self, passages: AsyncIterable[Passage], progress: Progress = lambda done: None) -> int:
        """Index everything anew and drop the rest; searches see the old index whole, then the new one whole.

        Returns how many passages there are now.
        """
        ...
