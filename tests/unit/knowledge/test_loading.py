from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from contact_center.errors import InvalidInput
from contact_center.knowledge.answers import short
from contact_center.knowledge.loading import draft_of, problems_of, read
from contact_center.knowledge.service import DATA

ARTICLE: dict[str, Any] = {
    "slug": "mot-viec",
    "kind": "question",
    "title": "Một việc",
    "questions": ["một việc là gì"],
    "answer": "Là một việc.",
    "spoken": "Là một việc.",
    "sms": "La mot viec.",
    "source": "Tự viết",
    "valid_from": date(2026, 1, 1),
}


def test_the_sample_articles_are_all_in_order() -> None:
    drafts = read(DATA)
    assert len(drafts) >= 40
    assert all(draft.sample and draft.source for draft in drafts)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"source": ""}, "source is missing"),
        ({"sms": "Có dấu"}, "sms has accents"),
        ({"sms": "a" * 161}, "161 characters"),
        ({"kind": "poem"}, "kind is none of"),
        ({"questions": []}, "questions is empty"),
        ({"slug": "Có Dấu"}, "slug is not"),
        ({"valid_from": "2026-01-01"}, "valid_from is not a date"),
        ({"review_by": "sang năm"}, "review_by is not a date"),
        ({"level": ["commune", "galaxy"]}, "level is none of"),
        ({"kind": "guide", "audience": "public"}, "audience of a guide"),
        ({"titel": "Một việc"}, "titel is no field"),
        ({"papers": [{"tờ khai": "1 bản"}]}, "papers is not a list"),
    ],
)
def test_a_faulty_article_is_refused_with_its_fault(change: dict[str, Any], fault: str) -> None:
    assert any(fault in problem for problem in problems_of({**ARTICLE, **change}))


def test_a_procedure_carries_the_fields_of_the_national_catalogue() -> None:
    draft = draft_of(
        {**ARTICLE, "kind": "procedure", "level": "commune", "days": 3, "online": "full", "legal_basis": "Luật Hộ tịch"}
    )
    assert (draft.level, draft.days, draft.online, draft.legal_basis) == (("commune",), "3", "full", ("Luật Hộ tịch",))


def test_a_guide_for_agents_needs_no_words_for_the_phone() -> None:
    guide = {name: value for name, value in ARTICLE.items() if name not in ("spoken", "sms", "questions")}
    guide |= {"kind": "guide"}
    assert problems_of(guide) == []
    assert draft_of(guide).audience == "internal"


def test_every_fault_of_a_file_is_told_at_once(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("- {slug: a}\n- {slug: b}\n", "utf-8")
    with pytest.raises(InvalidInput) as refused:
        read(file)
    assert {problem.split(":")[0] for problem in refused.value.details["articles"]} == {"a.yaml #1 a", "a.yaml #2 b"}


def test_a_long_answer_is_cut_between_words_for_one_sms() -> None:
    cut = short("giấy tờ " * 60)
    assert len(cut) <= 160
    assert cut.endswith("...")
    assert cut.isascii()


def test_questions_people_ask_are_read_from_the_file_beside_the_articles(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(yaml.safe_dump([ARTICLE]), encoding="utf-8")
    (tmp_path / "asked").mkdir()
    (tmp_path / "asked" / "a.yaml").write_text("mot-viec: [mot viec o dau]", encoding="utf-8")
    assert read(tmp_path)[0].questions == ("một việc là gì", "mot viec o dau")


def test_questions_of_an_article_that_is_not_there_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(yaml.safe_dump([ARTICLE]), encoding="utf-8")
    (tmp_path / "asked").mkdir()
    (tmp_path / "asked" / "a.yaml").write_text("viec-khac: [viec khac o dau]", encoding="utf-8")
    with pytest.raises(InvalidInput, match="viec-khac"):
        read(tmp_path)
