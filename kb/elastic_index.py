"""What the index looks like in Elasticsearch, and a passage and a question in its terms.

All analysis is done here in Python; the built-in ``whitespace`` analyzer keeps our tokens whole. So the same index
works on the bare server, on a full one and on a managed one, without a plugin.

What is shown stands in columns and not in ``_source``: fetching a stored document for each hit took a third of a
search. Who may see a passage is one term, since every filter more is asked of every passage looked at.
"""

import hashlib
import json
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import product
from typing import Any

import orjson

from kb import fields
from kb.fields import FIELDS, Asked, Key
from kb.store import Audience, Passage, Query

ANYONE = "*"
"""Stands in a list of places or units that is empty: for everybody."""
FOR_EVER = date(9999, 12, 31)
FAVOUR = 1.25
WINDOW = 10_000
"""The most hits one request may ask for (``index.max_result_window``)."""

_TOKENS = {"type": "text", "analyzer": "whitespace", "index_options": "freqs", "similarity": "passages"}
_CODE = {"type": "keyword"}
_COLUMN = {"type": "keyword", "index": False, "doc_values": True}
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
        "_source": {"enabled": False},
        "properties": {
            **dict.fromkeys(FIELDS, _TOKENS),
            "names": {"type": "text", "analyzer": "whitespace", "index_options": "docs", "norms": False},
            **dict.fromkeys(("passage_id", "article_id"), _COLUMN),
            "shown": {"type": "binary", "doc_values": True},
            **dict.fromkeys(("kind", "categories", "places", "seen_by"), _CODE),
            "valid_from": _DAY,
            "valid_to": _DAY,
            "gone": {"type": "boolean"},
        },
    },
}

LAYOUT = hashlib.sha256(json.dumps(BODY, sort_keys=True).encode()).hexdigest()[:8]
"""Changes with the mapping. An index laid out otherwise cannot be searched, nor written to."""
BODY["mappings"]["_meta"] = {"layout": LAYOUT}


def document_of(passage: Passage) -> dict[str, Any]:
    terms = fields.of_passage(passage)
    return {
        **{field: " ".join(counts.elements()) for field, counts in terms.items()},
        "names": " ".join(sorted(fields.names_of(passage))),
        "passage_id": passage.id,
        "article_id": passage.article_id,
        "shown": b64encode(
            orjson.dumps([passage.title, passage.heading, passage.text, list(passage.questions)])
        ).decode(),
        "kind": passage.kind,
        "categories": list(passage.categories),
        "places": list(passage.places) or [ANYONE],
        "seen_by": _seen_by([passage.audience], passage.units or [ANYONE]),
        "valid_from": _day(passage.valid_from),
        "valid_to": _day(passage.valid_to or FOR_EVER),
        "gone": False,
    }


def _seen_by(audiences: Iterable[str], units: Iterable[str]) -> list[str]:
    return [f"{audience}:{unit}" for audience, unit in product(audiences, units)]


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
    wanted = visible(query.audience, query.units, query.at)
    if query.places:
        wanted.append({"terms": {"places": [ANYONE, *query.places]}})
    if query.kinds:
        wanted.append({"terms": {"kind": list(query.kinds)}})
    return wanted


def visible(audience: Audience, units: Sequence[str], at: date) -> list[dict[str, Any]]:
    """What was removed has no days and no words, so nobody needs to ask whether it is gone."""
    audiences = ["public"] if audience == "public" else ["public", "internal"]
    return [
        {"terms": {"seen_by": _seen_by(audiences, [ANYONE, *units])}},
        {"range": {"valid_from": {"lte": _day(at)}}},
        {"range": {"valid_to": {"gte": _day(at)}}},
    ]


def names_query(words: Sequence[str], audience: Audience, at: date) -> dict[str, Any]:
    """Titles and questions with all whole words and one that begins like the last."""
    *whole, beginning = words
    must = [{"term": {"names": word}} for word in whole]
    return {
        "bool": {
            "filter": [
                *must,
                {"prefix": {"names": beginning}},
                *visible(audience, (), at),
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


def columns(*, shown: bool) -> dict[str, Any]:
    """What of a hit a request has to ask for, and what it can do without."""
    names = ["passage_id", "article_id", *(["shown"] if shown else [])]
    return {"stored_fields": "_none_", "docvalue_fields": [{"field": name} for name in names]}


def passage_id_of(hit: Mapping[str, Any]) -> str:
    return str(hit["fields"]["passage_id"][0])


def article_of(hit: Mapping[str, Any]) -> str:
    return str(hit["fields"]["article_id"][0])


def passage_of(hit: Mapping[str, Any]) -> Passage:
    """The passage of a hit, as far as it is shown."""
    title, heading, text, questions = orjson.loads(b64decode(hit["fields"]["shown"][0]))
    return Passage(
        id=passage_id_of(hit),
        article_id=article_of(hit),
        version=0,
        title=title,
        heading=heading,
        text=text,
        questions=tuple(questions),
    )
