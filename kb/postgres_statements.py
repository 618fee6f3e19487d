"""What the PostgreSQL store asks with every question, written down once: putting a statement together anew each time
took longer than PostgreSQL itself.
"""

from sqlalchemy import Double, Integer, SmallInteger, String, TextClause, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, BYTEA

ALL_SEGMENTS = text("select id, passages, words, pairs, accented, grams from kb_passage_segment order by id")

_KEYS = (bindparam("fields", type_=ARRAY(SmallInteger)), bindparam("terms", type_=ARRAY(String)))
READ_LISTS = text(
    "select field, term, entries from kb_passage_posting "
    "join unnest(:fields, :terms) as asked (field, term) using (field, term)"
).bindparams(*_KEYS)
COUNT_LISTS = text(
    "select field, term, sum(octet_length(entries)) from kb_passage_posting "
    "join unnest(:fields, :terms) as asked (field, term) using (field, term) group by field, term"
).bindparams(*_KEYS)
PUT_LISTS = text(
    "insert into kb_passage_posting (field, term, segment, entries) "
    "select field, term, :segment, entries from unnest(:fields, :terms, :entries) as list (field, term, entries)"
).bindparams(*_KEYS, bindparam("entries", type_=ARRAY(BYTEA)))
MERGE = text(
    "insert into kb_passage_posting (field, term, segment, entries) "
    "select field, term, :segment, string_agg(entries, ''::bytea) from kb_passage_posting "
    "where segment = any(:merged) group by field, term"
)

_IN_FORCE = (
    "not gone and (:internal or audience = 'public') and valid_from <= :at and (valid_to is null or valid_to >= :at)"
)
NAMED = text(
    "select distinct on (article_id) article_id, title, questions from kb_passage "
    "where number = any(:numbers) and IN_FORCE and units = '{}'".replace("IN_FORCE", _IN_FORCE)
).bindparams(bindparam("numbers", type_=ARRAY(Integer)))

# One row for each article, best first: its best passage of ``numbers`` that the asker may see. Empty places or units
# stand for everybody.
_BEST = (
    "select * from (select distinct on (article_id) COLUMNS, "
    "score * case when categories && :favoured then :favour else 1 end as score "
    "from unnest(:numbers, :scores) as looked_at (number, score) join kb_passage using (number) "
    "where IN_FORCE "
    "and (units = '{}' or units && :units) "
    "and (:anywhere or places = '{}' or places && :places) and (:any_kind or kind = any(:kinds)) "
    "order by article_id, score desc, id) as best order by score desc, id limit :limit"
)


def _best(columns: str) -> TextClause:
    return text(_BEST.replace("COLUMNS", columns).replace("IN_FORCE", _IN_FORCE)).bindparams(
        bindparam("numbers", type_=ARRAY(Integer)),
        bindparam("scores", type_=ARRAY(Double)),
        bindparam("favour", type_=Double),
        *(bindparam(name, type_=ARRAY(String)) for name in ("favoured", "units", "places", "kinds")),
    )


BEST_NAMED = _best("id, article_id")
BEST_SHOWN = _best("id, article_id, version, title, heading, text, questions")
