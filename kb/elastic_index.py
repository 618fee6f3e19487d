"""What the index looks like in Elasticsearch, and a passage and a question in its terms.

All analysis is done here in Python; the built-in ``whitespace`` analyzer keeps our tokens whole. So the same index
works on the bare server, on a full one and on a managed one, without a plugin.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from kb import fields
from kb.fields import FIELDS, Asked, Key
from kb.store import Passage, Query

ANYONE = "*"
"""Stands in a list of places or units that is empty: for everybody."""
FOR_EVER = date(9999, 12, 31)
FAVOUR = 1.25
WINDOW = 10_000
"""The most hits one request may ask for (``index.max_result_window``)."""
SHOWN = ("title", "heading", "text", "questions")

_TOKENS = {"type": "text", "analyzer": "whitespace", "index_options": "freqs", "similarity": "passages"}
_CODE = {"type": "keyword"}
_SHOWN = {"type": "keyword", "index": False, "doc_values": False}
_DAY = {"type": "date", "format": "yyyy-MM-dd"}

BODY: dict[str, Any] = {
    "settings": {
        "number_of_shards": 1,  # a province's articles; BM25 counts over all of them
        "number_of_replicas": 0,
        "auto_expand_replicas": "0-1",
        "similarity": {"passages": {"type": "BM25", "k1": fields.K1, "b": fields.B}},
    },
    "mappings": {
        "dynamic": "strict",
        "_source": {"excludes": [*FIELDS, "names"]},
        "properties": {
            **dict.fromkeys(FIELDS, _TOKENS),
            "names": {"type": "text", "analyzer": "whitespace", "index_options": "docs", "norms": False},
            **dict.fromkeys(SHOWN, _SHOWN),
            **dict.fromkeys(("article_id", "kind", "categories", "audience", "places", "units"), _CODE),
            "valid_from": _DAY,
            "valid_to": _DAY,
            "gone": {"type": "boolean"},
        },
    },
}


def document_of(passage: Passage) -> dict[str, Any]:
    terms = fields.of_passage(passage)
    return {
        **{field: " ".join(counts.elements()) for field, counts in terms.items()},
        "names": " ".join(sorted(fields.names_of(passage))),
        "title": passage.title,
        "heading": passage.heading,
        "text": passage.text,
        "questions": list(passage.questions),
        "article_id": passage.article_id,
        "kind": passage.kind,
        "categories": list(passage.categories),
        "audience": passage.audience,
        "places": list(passage.places) or [ANYONE],
        "units": list(passage.units) or [ANYONE],
        "valid_from": _day(passage.valid_from),
        "valid_to": _day(passage.valid_to or FOR_EVER),
        "gone": False,
    }


def _day(day: date) -> str:
    return day.isoformat()


# A removed passage stays as a mark, so that a late older write does not bring it back. Odd versions are such marks.
GONE = {"gone": True}


def version_of_put(version: int) -> int:
    return 2 * version


def version_of_removal(version: int) -> int:
    return 2 * version + 1


def query_of(query: Query, asked: Asked) -> dict[str, Any]:
    """The search: filters that rank nothing, and every term a clause of its own, side by side.

    Only so does Lucene pass over whatever cannot reach the top; a ``match`` for each field in a ``must`` took a quarter
    longer.
    """
    terms = [{"term": {field: {"value": text, "boost": boost}}} for (field, text), boost in asked.boosts().items()]
    ranked: dict[str, Any] = {"bool": {"should": terms, "minimum_should_match": 1, "filter": filters(query)}}
    if not query.favour:
        return ranked
    favoured = {"filter": {"terms": {"categories": list(query.favour)}}, "weight": FAVOUR}
    return {"function_score": {"query": ranked, "functions": [favoured], "boost_mode": "multiply"}}


def filters(query: Query) -> list[dict[str, Any]]:
    wanted: list[dict[str, Any]] = [
        *visible(query.audience, query.at),
        {"terms": {"units": [ANYONE, *query.units]}},
    ]
    if query.places:
        wanted.append({"terms": {"places": [ANYONE, *query.places]}})
    if query.kinds:
        wanted.append({"terms": {"kind": list(query.kinds)}})
    return wanted


def visible(audience: str, at: date) -> list[dict[str, Any]]:
    """What was removed has no days and no words, so nobody needs to ask whether it is gone."""
    shown = [{"term": {"audience": "public"}}] if audience == "public" else []
    return [
        *shown,
        {"range": {"valid_from": {"lte": _day(at)}}},
        {"range": {"valid_to": {"gte": _day(at)}}},
    ]


def names_query(words: Sequence[str], audience: str, at: date) -> dict[str, Any]:
    """Titles and questions with all whole words and one that begins like the last."""
    *whole, beginning = words
    must = [{"term": {"names": word}} for word in whole]
    return {
        "bool": {
            "filter": [
                *must,
                {"prefix": {"names": beginning}},
                *visible(audience, at),
                {"term": {"units": ANYONE}},
            ]
        }
    }


def frequency_document(keys: Iterable[Key]) -> dict[str, str]:
    """A document that does not exist but has these terms, to ask how frequent they are."""
    texts: dict[str, list[str]] = {}
    for field, text in keys:
        texts.setdefault(field, []).append(text)
    return {field: " ".join(terms) for field, terms in texts.items()}


def frequencies_in(answer: Mapping[str, Any]) -> tuple[int, dict[Key, int]]:
    """(passages counted, how many have each term) from a ``_termvectors`` answer."""
    total = 0
    found: dict[Key, int] = {}
    for field, vector in answer.get("term_vectors", {}).items():
        total = max(total, vector["field_statistics"]["doc_count"])
        for term, statistics in vector["terms"].items():
            if statistics.get("doc_freq", 0) > 0:
                found[field, term] = statistics["doc_freq"]
    return total, found


def passage_of(hit: Mapping[str, Any]) -> Passage:
    """The passage of a hit, as far as it is shown."""
    source = hit["_source"]
    return Passage(
        id=hit["_id"],
        article_id=source["article_id"],
        version=0,
        title=source["title"],
        heading=source["heading"],
        text=source["text"],
        questions=tuple(source["questions"]),
    )
