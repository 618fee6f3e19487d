"""How the machine's word fared, counted by week and category: for those who watch whether it still understands."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Date, Float, cast, distinct, func, select

from contact_center.bot.models import Prediction
from contact_center.clock import LOCAL_ZONE
from contact_center.db import Transaction, first_id_at
from nlu.labels import MATTER_INTENTS

MOST_ROWS = 200_000
"""Lines of the ledger counted at most, the newest: a second at the very most."""

KNOWS_NOTHING = 0.2
"""A best category less likely than this is as good as none: the machine has learned nothing like it."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What the machine said was ``category`` in the week from Monday ``week`` on.

    ``tickets`` and ``overridden`` count tickets (those where people settled on another category); the rest messages.
    ``shadowed`` were read by the candidate too, ``agreed`` with the same first category.
    """

    week: date
    category: str
    messages: int
    tickets: int
    overridden: int
    abstained: int
    unknown: int
    shadowed: int
    agreed: int


async def by_week(tx: Transaction, *, since: datetime, candidate: str | None = None) -> list[Tally]:
    """Messages of matters since then, by their ids, which are in the order of time; at most ``MOST_ROWS``."""
    lines = (
        select(Prediction)
        .where(Prediction.id >= first_id_at(since), Prediction.categories != [])
        .where(Prediction.intent.in_(MATTER_INTENTS))
        .order_by(Prediction.id.desc())
        .limit(MOST_ROWS)
        .subquery()
    )
    row = lines.c
    category = row.categories[0]["code"].astext
    week = cast(func.date_trunc("week", func.timezone(LOCAL_ZONE.key, row.created_at)), Date)
    overridden = (row.corrected_category.is_not(None)) & (row.corrected_category != category)
    shadowed = row.shadow_model == candidate
    agreed = shadowed & (row.shadow_categories[0]["code"].astext == category)
    statement = select(
        week.label("week"),
        category.label("category"),
        func.count().label("messages"),
        func.count(distinct(row.ticket_id)).label("tickets"),
        func.count(distinct(row.ticket_id)).filter(overridden).label("overridden"),
        func.count().filter(row.abstained).label("abstained"),
        func.count().filter(cast(row.categories[0]["probability"].astext, Float) < KNOWS_NOTHING).label("unknown"),
        func.count().filter(shadowed).label("shadowed"),
        func.count().filter(agreed).label("agreed"),
    ).group_by(week, category)
    return [Tally(**found._mapping) for found in await tx.session.execute(statement)]
