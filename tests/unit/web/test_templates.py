"""Every page compiles, and every word it asks for exists in both languages."""

import re
from datetime import UTC, datetime

import pytest
from jinja2 import Environment

from contact_center.i18n import catalogue
from contact_center.web.templates import FEATURES, environment, local_date, local_time, phone_number, ticket_code

PAGES = sorted(path for folder in FEATURES.glob("*/templates") for path in folder.rglob("*.html"))
EXACT = re.compile(r"""\bt\(\s*"([\w.]+)"\s*[,)]""")
BEGINNING = re.compile(r"""\bt\(\s*\(?\s*"([\w.]+\.)"\s*~""")


@pytest.fixture(scope="module")
def templates() -> Environment:
    return environment()


def test_every_page_compiles(templates: Environment) -> None:
    for name in templates.list_templates():
        templates.get_template(name)
    assert len(templates.list_templates()) > 20


@pytest.mark.parametrize("locale", ["vi", "en"])
def test_every_word_a_page_asks_for_exists(locale: str) -> None:
    known = catalogue(locale)
    missing = [
        f"{path.name}: {key}"
        for path in PAGES
        for key in EXACT.findall(path.read_text(encoding="utf-8"))
        if key not in known
    ]
    missing += [
        f"{path.name}: {key}*"
        for path in PAGES
        for key in BEGINNING.findall(path.read_text(encoding="utf-8"))
        if not any(other.startswith(key) for other in known)
    ]
    assert not missing


def test_no_page_writes_unescaped_text() -> None:
    assert not [path.name for path in PAGES if "|safe" in path.read_text(encoding="utf-8")]


def test_no_page_says_words_of_its_own() -> None:
    """Vietnamese letters in a template are a sentence that belongs in the catalogue; comments and glyphs may stay."""
    letters = re.compile(r"[ăâđêôơưĂÂĐÊÔƠƯạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]")
    ours = [path for path in PAGES if path.parent.name in {"web", "staff", "desk", "tickets"}]
    found = [path.name for path in ours if letters.search(re.sub(r"\{#.*?#\}", "", path.read_text(), flags=re.DOTALL))]
    assert not found


def test_times_are_said_as_on_the_wall_in_viet_nam() -> None:
    moment = datetime(2026, 11, 22, 18, 5, tzinfo=UTC)
    assert (local_time(moment), local_date(moment)) == ("23/11/2026 01:05", "23/11/2026")
    assert local_time(None) == ""


@pytest.mark.parametrize(
    ("stored", "shown"),
    [("+84912345678", "0912 345 678"), ("0912345678", "0912 345 678"), ("113", "113"), ("", ""), (None, "")],
)
def test_phone_numbers_are_grouped(stored: str | None, shown: str) -> None:
    assert phone_number(stored) == shown


def test_codes_are_grouped_as_they_are_read_aloud() -> None:
    assert ticket_code("123456789") == "123 456 789"
