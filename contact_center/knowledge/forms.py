"""The editor's form: from what a browser sends to the content of a version. Pure."""

import uuid
from datetime import date, datetime, timedelta

from starlette.datastructures import FormData

from contact_center.clock import LOCAL_ZONE
from contact_center.errors import InvalidInput
from contact_center.knowledge.content import DATES, FIELDS, LISTS, PARAGRAPHS, Content, paragraphs

# Chosen by ticking or from a list; each comes several times in the form.
REPEATED = ("level", "category_codes", "places", "units")
MOST_CHARACTERS = 20_000


def content_of(form: FormData, today: date) -> Content:
    """Raises ``InvalidInput`` for what cannot even be kept as a draft: a date that is none, a text without end."""
    wrong: dict[str, str] = {}
    values: dict[str, object] = {name: _read(form, name, wrong) for name in FIELDS}
    if wrong:
        raise InvalidInput(**wrong)
    values["valid_from"] = values["valid_from"] or today
    return Content(**values)  # type: ignore[arg-type]  # each field read as its own type above


def _read(form: FormData, name: str, wrong: dict[str, str]) -> object:
    if name == "sample":
        return bool(form.get(name))
    if name in REPEATED:
        return tuple(dict.fromkeys(text for one in form.getlist(name) if (text := str(one).strip())))
    text = str(form.get(name, "")).replace("\r\n", "\n").strip()
    if len(text) > MOST_CHARACTERS:
        wrong[name] = "too_long"
    if name in DATES:
        return _day(text, name, wrong)
    if name in LISTS:
        return tuple(line.strip() for line in text.splitlines() if line.strip())
    return paragraphs(text) if name in PARAGRAPHS else " ".join(text.split())


def _day(text: str, name: str, wrong: dict[str, str]) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        wrong[name] = "not_a_date"
        return None


def moment_of(text: str) -> datetime | None:
    """What ``<input type="datetime-local">`` sends, by the province's clock. Raises ``InvalidInput``."""
    if not text.strip():
        return None
    try:
        return datetime.fromisoformat(text.strip()).replace(tzinfo=LOCAL_ZONE)
    except ValueError as error:
        raise InvalidInput(publish_at="not_a_date") from error


def unit_of(text: str) -> uuid.UUID | None:
    """Raises ``InvalidInput``."""
    try:
        return uuid.UUID(text) if text else None
    except ValueError as error:
        raise InvalidInput(owner="unknown") from error


def ids_of(form: FormData, name: str) -> list[uuid.UUID]:
    """Raises ``InvalidInput``."""
    try:
        return [uuid.UUID(str(one)) for one in form.getlist(name)]
    except ValueError as error:
        raise InvalidInput(**{name: "unknown"}) from error


def blank(today: date, questions: tuple[str, ...] = ()) -> Content:
    """What the form for a new article starts with: looked at again in a year."""
    return Content(
        kind="procedure",
        title="",
        questions=questions,
        answer="",
        source="",
        valid_from=today,
        review_by=today + timedelta(days=365),
    )
