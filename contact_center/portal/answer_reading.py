"""What the pages of questions and answers show."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from contact_center.db import Transaction
from contact_center.knowledge import service as knowledge
from contact_center.knowledge.service import Article, FieldCount, Hit
from contact_center.media import service as media
from contact_center.media.service import MediaFile
from contact_center.units import service as units
from kb.store import Span

SHOWN = 8
AROUND = 70
"""Characters kept on either side of what was found."""

RELATED = 4

SHOWN_LOOSE = 3

FITTING = 0.15
"""Of what was asked, an article that is about it has at least this part; a long story may have little of it."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text; ``found``: it answers to a word of the question."""

    text: str
    found: bool


@dataclass(frozen=True, slots=True)
class Row:
    """``words`` is the stretch that answers best, a list on one line."""

    article: Article
    words: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Answers:
    """A page of articles: found for ``query``, of one field, or the fields to choose from.

    ``loose``: what was found has some words of the question and is hardly about it.
    """

    query: str
    rows: Sequence[Row]
    fields: Sequence[FieldCount]
    field: FieldCount | None = None
    meant: str | None = None
    loose: bool = False
    degraded: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """One article with what is shown around it; ``data`` is JSON-LD."""

    article: Article
    related: Sequence[Article]
    places: Sequence[str]
    pictures: Sequence[MediaFile]
    documents: Sequence[MediaFile]
    link: str
    data: dict[str, Any]


async def answers(tx: Transaction, query: str, field: str, *, at: date) -> Answers:
    fields = await knowledge.fields(tx, at=at)
    if query:
        looked = await knowledge.look(tx, query, at=at, limit=SHOWN)
        meant = await knowledge.did_you_mean(tx, query)
        loose = all(hit.coverage < FITTING for hit in looked.hits)
        rows = [_row(hit) for hit in looked.hits[: SHOWN_LOOSE if loose else SHOWN]]
        return Answers(query, rows, fields, meant=meant, loose=loose, degraded=looked.degraded)
    chosen = next((one for one in fields if one.code == field), None)
    articles = await knowledge.of_field(tx, field, at=at) if chosen else ()
    return Answers("", [Row(one, (Piece(one.answer, found=False),)) for one in articles], fields, field=chosen)


def _row(hit: Hit) -> Row:
    value = getattr(hit.article, hit.section)
    text = value if isinstance(value, str) else "\n".join(value)
    pieces = (replace(piece, text=piece.text.replace("\n", "; ")) for piece in excerpt(text, hit.highlights))
    return Row(hit.article, tuple(pieces))


def excerpt(text: str, spans: Sequence[Span]) -> Iterator[Piece]:
    """The beginning of the text, or the surroundings of the first thing found in it, with everything found marked."""
    start = _word_start(text, spans[0].start - AROUND) if spans else 0
    if start:
        yield Piece("… ", found=False)
    at = start
    for span in spans:
        if span.start < at:
            continue
        yield Piece(text[at : span.start], found=False)
        yield Piece(text[span.start : span.end], found=True)
        at = span.end
    yield Piece(text[at:], found=False)


def _word_start(text: str, place: int) -> int:
    """The beginning of the word at ``place``; the beginning of the text where it is near."""
    return 0 if place < AROUND else text.rfind(" ", 0, place) + 1


async def reading(tx: Transaction, slug: str, *, at: date) -> Reading:
    """Raises ``NotFound``."""
    article = await knowledge.by_slug(tx, slug, at=at)
    communes = await units.communes_by_code(tx, set(article.places))
    attachments = await media.of_article(tx, article.id, audiences=("result",))
    link = knowledge.link_of(article)
    return Reading(
        article=article,
        related=await knowledge.related(tx, article, at=at, limit=RELATED),
        places=[commune.full_name for commune in communes.values()],
        pictures=[one for one in attachments if one.is_picture],
        documents=[one for one in attachments if not one.is_picture],
        link=link,
        data=linked_data(article, link),
    )


def linked_data(article: Article, link: str) -> dict[str, Any]:
    """schema.org: ``HowTo`` for a procedure with steps, else a question with its answer."""
    changed = article.updated_at.date().isoformat()
    base = {"@context": "https://schema.org", "url": link, "inLanguage": "vi", "dateModified": changed}
    if article.kind == "procedure" and article.steps:
        return base | {
            "@type": "HowTo",
            "name": article.title,
            "description": article.answer,
            "supply": [{"@type": "HowToSupply", "name": paper} for paper in article.papers],
            "step": [{"@type": "HowToStep", "text": step} for step in article.steps],
        }
    question = {
        "@type": "Question",
        "name": article.title,
        "acceptedAnswer": {"@type": "Answer", "text": article.answer, "url": link},
    }
    return base | {"@type": "FAQPage", "mainEntity": [question]}
