"""The corpus format, and the linter that keeps it learnable."""

import random
from pathlib import Path

import pytest

from nlu.corpus import CorpusNotReadable, corpus_files, load_corpus, parse_marks
from nlu.lint import lint
from nlu.views import VIEWS, as_heard, reading, telex

BLOCK = """version: "3.1"
nlu:
- intent: bao_su_viec
  metadata: {category: HT-01, case_type: phan_anh, urgency: thuong, register: sms}
  examples: |
    - den duong [hem 12](place) tat
    - đèn nhấp nháy hoài
- intent: bao_su_viec
  metadata: {category: HT-02, case_type: phan_anh}
  examples:
  - text: |
      - ngập tới gối
    metadata: {urgency: khan, also: [NU-03]}
  - text: cống nghẹt
"""


def corpus(folder: Path, text: str, name: str = "a.yml") -> Path:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, "utf-8")
    return folder


def messages(folder: Path) -> list[str]:
    return [finding.message for finding in lint(folder) if finding.is_error and finding.file != "corpus"]


def test_both_forms_are_read_and_metadata_merged(tmp_path: Path) -> None:
    first, second, third, fourth = load_corpus(corpus_files(corpus(tmp_path, BLOCK)), tmp_path)
    assert first.text == "den duong hem 12 tat"
    assert first.places == ((10, 16),)
    assert (first.line, first.register, second.category) == (6, "sms", "HT-01")
    assert (third.text, third.urgency, third.acceptable) == ("ngập tới gối", "khan", ("NU-03",))
    assert (fourth.category, fourth.urgency) == ("HT-02", "thuong")


def test_marks_become_offsets_into_the_plain_text() -> None:
    text, spans = parse_marks("[Lê Lợi](place) và [Hùng Vương](place) ngập")
    assert text == "Lê Lợi và Hùng Vương ngập"
    assert [text[start:end] for start, end in spans] == ["Lê Lợi", "Hùng Vương"]


def test_development_messages_are_never_training_messages(tmp_path: Path) -> None:
    corpus(tmp_path, BLOCK)
    corpus(tmp_path, BLOCK, "dev/a.yml")
    assert [path.parent.name for path in corpus_files(tmp_path, development=True)] == ["dev"]
    assert all("dev" not in path.parts[-2:] for path in corpus_files(tmp_path))


def test_broken_yaml_is_reported_with_the_file(tmp_path: Path) -> None:
    corpus(tmp_path, "nlu: [")
    with pytest.raises(CorpusNotReadable, match=r"a\.yml"):
        load_corpus(corpus_files(tmp_path), tmp_path)


def test_a_sound_corpus_has_no_errors(tmp_path: Path) -> None:
    assert messages(corpus(tmp_path, BLOCK)) == []


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("HT-01", "HT-99", "unknown category"),
        ("bao_su_viec", "bao_viec", "unknown intent"),
        ("urgency: thuong", "urgency: gap", "unknown urgency"),
        ("[hem 12](place)", "[hem 12](plce)", "place mark"),
        ("[hem 12](place)", "[ hem 12](place)", "begins or ends"),
        ("category: HT-01, ", "", "without a category"),
    ],
)
def test_a_slip_of_the_writer_is_named(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    assert any(complaint in message for message in messages(corpus(tmp_path, BLOCK.replace(old, new))))


def test_a_development_message_that_is_also_trained_on_is_an_error(tmp_path: Path) -> None:
    corpus(tmp_path, BLOCK)
    corpus(tmp_path, BLOCK, "dev/a.yml")
    assert any("in training too" in message for message in messages(tmp_path))


def test_views_are_the_same_every_time() -> None:
    text = "Đèn đường hẻm 12 tắt cả tuần nay rồi"
    for kind in VIEWS:
        assert reading(text, kind) == reading(text, kind)


def test_a_keyboard_that_was_off_writes_telex() -> None:
    assert telex("đường") == "dduwowngf"
    assert telex("hòa") == "hoaf"


def test_a_recogniser_writes_numbers_in_words_without_punctuation() -> None:
    heard = as_heard("Hẻm 12, đường Lê Lợi.", random.Random(1), share=0)
    assert heard == "hẻm một hai đường lê lợi"


def test_a_strangers_messages_are_read_line_by_line(tmp_path: Path) -> None:
    line = '{"id": "s1", "text": "đèn tắt", "intent": "bao_su_viec", "category": "HT-01", "second": null}'
    (utterance,) = load_corpus([corpus(tmp_path, line + "\n\n", "held_back.jsonl") / "held_back.jsonl"], tmp_path)
    assert (utterance.text, utterance.category, utterance.urgency) == ("đèn tắt", "HT-01", "thuong")
    assert (utterance.acceptable, utterance.places, utterance.line) == ((), (), 1)


def test_a_strangers_line_that_is_no_message_is_named(tmp_path: Path) -> None:
    folder = corpus(tmp_path, '{"text": "đèn tắt"}', "held_back.jsonl")
    with pytest.raises(CorpusNotReadable, match=r"held_back\.jsonl:1"):
        load_corpus([folder / "held_back.jsonl"], folder)
