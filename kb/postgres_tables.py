"""The tables of the PostgreSQL store. They live in the core's database and migrate with the rest.

``kb_passage_posting`` keeps, as Lucene does, one list for each term and segment: a segment is what was written at once,
small ones are merged. An entry of a list is (passage number, count, length of the field), eight bytes.
"""

import numpy as np
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Identity,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
)
from sqlalchemy.dialects.postgresql import ARRAY

ENTRY = np.dtype([("number", "<u4"), ("count", "<u2"), ("length", "<u2")])
LARGEST_COUNT = 65_535

metadata = MetaData()

PASSAGES = Table(
    "kb_passage",
    metadata,
    Column("number", Integer, Identity(always=True), primary_key=True),
    Column("id", String, nullable=False, unique=True),
    Column("article_id", String, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("gone", Boolean, nullable=False),  # removed; kept so that a late older write does not bring it back
    Column("title", String, nullable=False),
    Column("heading", String, nullable=False),
    Column("text", String, nullable=False),
    Column("questions", ARRAY(String), nullable=False),
    Column("kind", String, nullable=False),
    Column("categories", ARRAY(String), nullable=False),
    Column("audience", String, nullable=False),
    Column("places", ARRAY(String), nullable=False),
    Column("units", ARRAY(String), nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),
)

SEGMENTS = Table(
    "kb_passage_segment",
    metadata,
    Column("id", Integer, Identity(always=True), primary_key=True),
    Column("passages", Integer, nullable=False),
    # Terms of all its passages, by field: the average length of a field is their sum over the passages.
    Column("words", BigInteger, nullable=False),
    Column("pairs", BigInteger, nullable=False),
    Column("accented", BigInteger, nullable=False),
    Column("grams", BigInteger, nullable=False),
)

POSTINGS = Table(
    "kb_passage_posting",
    metadata,
    Column("field", SmallInteger, primary_key=True),
    Column("term", String(collation="C"), primary_key=True),  # by bytes: beginnings of words are a range
    Column("segment", Integer, primary_key=True),
    Column("entries", LargeBinary, nullable=False),
)
