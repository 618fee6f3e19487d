"""Whether the machine still understands: by department and week, how often people changed its word, how often it left
the word to them, and how often it met something it knows nothing of. Pure sums over ``bot.tallies``.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta

from contact_center.bot import tallies
from contact_center.bot.tallies import Tally
from contact_center.clock import local
from contact_center.db import Transaction
from contact_center.learning import repository
from contact_center.taxonomy import service as taxonomy

WEEKS = 8


@dataclass(frozen=True, slots=True)
class Sum:
    """Counts of some categories and weeks, and the shares people look at (0 to 1; 0 where there is nothing)."""

    messages: int = 0
    tickets: int = 0
    overridden: int = 0
    abstained: int = 0
    unknown: int = 0
    shadowed: int = 0
    agreed: int = 0

    @property
    def overridden_share(self) -> float:
        """Of the tickets."""
        return self.overridden / self.tickets if self.tickets else 0.0

    @property
    def abstained_share(self) -> float:
        """Of the messages."""
        return self.abstained / self.messages if self.messages else 0.0

    @property
    def unknown_share(self) -> float:
        """Of the messages."""
        return self.unknown / self.messages if self.messages else 0.0

    @property
    def agreed_share(self) -> float:
        """Of the messages the candidate read too."""
        return self.agreed / self.shadowed if self.shadowed else 0.0


_COUNTS = tuple(field.name for field in fields(Sum))


def total(rows: Iterable[Tally]) -> Sum:
    sums = Sum()
    for row in rows:
        sums = replace(sums, **{name: getattr(sums, name) + getattr(row, name) for name in _COUNTS})
    return sums


@dataclass(frozen=True, slots=True)
class Department:
    """A department by what the machine's categories lead to; ``weeks`` are those of the page, oldest first."""

    name: str
    all: Sum
    weeks: tuple[Sum, ...]


@dataclass(frozen=True, slots=True)
class Drift:
    """``weeks`` are Mondays, oldest first, with their sums; ``departments`` the busiest first. ``candidate`` is the
    version in shadow, if any. ``cut`` = older lines were left out."""

    mondays: tuple[date, ...]
    weeks: tuple[Sum, ...]
    departments: tuple[Department, ...]
    all: Sum
    candidate: str | None
    cut: bool


async def drift(tx: Transaction, *, weeks: int = WEEKS) -> Drift:
    """The last weeks, this one included; three queries."""
    mondays = mondays_until(local(tx.now).date(), weeks)
    since = datetime.combine(mondays[0], datetime.min.time(), tzinfo=local(tx.now).tzinfo)
    shadow = await repository.shadowing(tx)
    rows = await tallies.by_week(tx, since=since, candidate=shadow.version if shadow else None)
    known = await taxonomy.snapshot(tx)
    names = {code: known.department_types[view.department].name for code, view in known.by_code.items()}
    return summed(rows, mondays, names, candidate=shadow.version if shadow else None)


def mondays_until(today: date, weeks: int) -> tuple[date, ...]:
    this = today - timedelta(days=today.weekday())
    return tuple(this - timedelta(weeks=weeks - 1 - number) for number in range(weeks))


def summed(rows: Sequence[Tally], mondays: Sequence[date], names: Mapping[str, str], *, candidate: str | None) -> Drift:
    """``names`` gives the department of a category; one that is no longer in the taxonomy stands under its code."""
    by_department: dict[str, list[Tally]] = defaultdict(list)
    for row in rows:
        by_department[names.get(row.category, row.category)].append(row)
    departments = [
        Department(name, total(of_it), tuple(total(row for row in of_it if row.week == monday) for monday in mondays))
        for name, of_it in by_department.items()
    ]
    everything = total(rows)
    return Drift(
        mondays=tuple(mondays),
        weeks=tuple(total(row for row in rows if row.week == monday) for monday in mondays),
        departments=tuple(sorted(departments, key=lambda one: (-one.all.messages, one.name))),
        all=everything,
        candidate=candidate,
        cut=everything.messages >= tallies.MOST_ROWS,
    )
