"""Which unit is responsible, and why."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from contact_center.bot import ledger
from contact_center.clock import local
from contact_center.db import Transaction
from contact_center.routing import repository
from contact_center.routing.rules import Question, Reason, Routed, choose, must_not_reach, named_in
from contact_center.taxonomy import service as taxonomy
from contact_center.taxonomy.service import CategoryView
from contact_center.units import service as units
from nlu.text import fold

__all__ = ["Question", "Reason", "Routed", "Suggestion", "Wanted", "forbidden", "responsible_unit", "suggest"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A ticket the dispatcher needs suggestions for; ``returned_by`` holds the ids of units that sent it back."""

    ticket_id: uuid.UUID
    commune_code: str | None
    text: str
    returned_by: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One of the machine's best categories, with the unit it would lead to. ``probability`` is calibrated, 0 to 1;
    ``words`` are the citizen's words that spoke for it."""

    category: CategoryView
    probability: float
    words: str
    routed: Routed


async def responsible_unit(
    tx: Transaction, category: CategoryView, commune_code: str | None, *, text: str = ""
) -> Routed:
    """The unit for a matter. ``text`` is what the citizen said: a unit it names never gets a complaint about itself."""
    question = Question(category, commune_code, await _named_units(tx, category, text))
    (routed,) = await _route_all(tx, [question])
    return routed


async def forbidden(
    tx: Transaction, category: CategoryView, unit: units.Unit, commune_code: str | None, text: str
) -> bool:
    """Whether a matter of this category must not reach this unit, whoever sends it there."""
    if not category.exclude_named_unit:
        return False
    named = await _named_units(tx, category, text)
    return must_not_reach(category, unit.id, unit.commune_code, commune_code, named)


async def suggest(tx: Transaction, wanted: Sequence[Wanted]) -> Mapping[uuid.UUID, list[Suggestion]]:
    """The machine's three best categories for each ticket and where each would lead; two queries, however many."""
    known = await taxonomy.snapshot(tx)
    guesses = await ledger.top3_of(tx, [item.ticket_id for item in wanted])
    names = await repository.list_unit_names(tx) if _any_excludes(known, guesses) else []
    asked: list[tuple[uuid.UUID, ledger.Guess, Question]] = []
    for item in wanted:
        for guess in guesses.get(item.ticket_id, ()):
            category = known.by_code.get(guess.code)
            if category is not None:
                named = named_in(fold(item.text), names) if category.exclude_named_unit else frozenset()
                asked.append((item.ticket_id, guess, Question(category, item.commune_code, named)))
    routed = await _route_all(tx, [question for _, _, question in asked])
    found: dict[uuid.UUID, list[Suggestion]] = {item.ticket_id: [] for item in wanted}
    for (ticket_id, guess, question), where in zip(asked, routed, strict=True):
        found[ticket_id].append(Suggestion(question.category, guess.probability, guess.reason, where))
    return {item.ticket_id: _returned_last(found[item.ticket_id], item.returned_by) for item in wanted}


def _returned_last(suggestions: list[Suggestion], returned_by: frozenset[str]) -> list[Suggestion]:
    """A unit that sent it back may still be the right one, but is not the first to try again."""
    return sorted(suggestions, key=lambda one: one.routed.unit is not None and str(one.routed.unit.id) in returned_by)


def _any_excludes(known: taxonomy.Taxonomy, guesses: Mapping[uuid.UUID, Sequence[ledger.Guess]]) -> bool:
    codes = {guess.code for of_ticket in guesses.values() for guess in of_ticket}
    return any(known.by_code[code].exclude_named_unit for code in codes if code in known.by_code)


async def _route_all(tx: Transaction, questions: Sequence[Question]) -> list[Routed]:
    if not questions:
        return []
    known = await taxonomy.snapshot(tx)
    departments = {
        department
        for question in questions
        for department in (question.category.department, *question.category.co_departments)
    }
    communes = {question.commune_code for question in questions if question.commune_code}
    bindings = await repository.list_bindings(tx, departments, communes, on=local(tx.now).date())
    return [choose(question, bindings, known.department_types) for question in questions]


async def _named_units(tx: Transaction, category: CategoryView, text: str) -> frozenset[uuid.UUID]:
    if not category.exclude_named_unit or not text:
        return frozenset()
    return named_in(fold(text), await repository.list_unit_names(tx))
