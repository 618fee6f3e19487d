"""The embedded engine as the rest of the house sees it."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.classifier import Classifier, ModelNotUsable
from nlu.corpus import Utterance
from nlu.engine import EmbeddedEngine
from nlu.labels import load_labels
from nlu.predict import predictions
from nlu.understanding import CHANNELS, Channel

PREDICTION_KEYS = {
    "id", "intent", "case_type", "category", "categories", "abstained", "emergency", "emergency_number", "urgency",
    "places", "engine", "model", "ms",
}  # fmt: skip


def predict(engine: EmbeddedEngine, *lines: str) -> list[dict[str, Any]]:
    return [json.loads(answer) for answer in predictions(lines, engine)]


def test_a_street_light_is_understood_with_and_without_accents(engine: EmbeddedEngine) -> None:
    for text in ("đèn đường trong hẻm tắt cả tuần tối thui", "den duong trong hem tat ca tuan toi thui"):
        understood = engine.understand(text, "sms")
        assert understood.intent == "bao_su_viec"
        assert understood.categories[0].code == "HT-01"
        assert not understood.emergency


def test_a_broken_lamp_is_never_read_as_no_lamp(engine: EmbeddedEngine) -> None:
    assert engine.understand("đèn đường hỏng", "web").categories[0].code == "HT-01"


def test_a_fire_is_an_emergency_with_its_number(engine: EmbeddedEngine) -> None:
    understood = engine.understand("cháy nhà rồi cứu với, lửa lớn quá, còn người kẹt bên trong", "voice")
    assert understood.emergency
    assert understood.emergency_number == "114"
    assert understood.urgency == "khan"
    assert understood.intent == "bao_su_viec"


@pytest.mark.parametrize("text", ["em không muốn sống nữa", "em khong muon song nua", "chị hết muốn sống rồi em ơi"])
def test_whoever_does_not_want_to_live_is_asked_about_with_the_ambulances_number(
    engine: EmbeddedEngine, text: str
) -> None:
    understood = engine.understand(text, "zalo")
    assert understood.emergency
    assert understood.emergency_number is not None
    assert understood.urgency == "khan"


@pytest.mark.parametrize(
    "text", ["nóng muốn chết mà cúp điện hoài", "mắc cười muốn chết", "bến đò Mỹ Thuận", "cầu Rạch Miễu"]
)
def test_a_figure_of_speech_or_a_place_alone_is_no_emergency(engine: EmbeddedEngine, text: str) -> None:
    assert not engine.understand(text, "zalo").emergency


def test_where_no_danger_is_heard_there_is_no_call_for_help(
    engine: EmbeddedEngine, corpus_slice: list[Utterance]
) -> None:
    understood = [engine.understand(utterance.text, "web") for utterance in corpus_slice]
    assert any(one.emergency for one in understood)
    assert all(one.emergency for one in understood if one.case_type == "khan_cap")


@pytest.mark.parametrize("text", ["", "   ", "🔥🔥🔥", "...?!", "\u200b"])
def test_a_message_without_words_is_abstained_on(engine: EmbeddedEngine, text: str) -> None:
    understood = engine.understand(text, "zalo")
    assert understood.abstained
    assert understood.category is None
    assert not understood.emergency


def test_words_the_model_never_saw_are_abstained_on(engine: EmbeddedEngine) -> None:
    assert engine.understand("xqzt wvbk pqrj", "web").category is None


def test_rankings_are_probabilities_best_first(engine: EmbeddedEngine) -> None:
    understood = engine.understand("nước máy vàng khè có mùi tanh", "web")
    probabilities = [ranked.probability for ranked in understood.categories]
    assert len(probabilities) == 5
    assert probabilities == sorted(probabilities, reverse=True)
    assert sum(ranked.probability for ranked in understood.intents) == pytest.approx(1, abs=0.01)


def test_the_words_that_decided_come_from_the_message(engine: EmbeddedEngine) -> None:
    understood = engine.understand("rác chất đống đầu hẻm không ai gom", "web")
    assert understood.keywords
    assert all(word in "rác chất đống đầu hẻm không ai gom" for word in understood.keywords)


def test_numbers_and_places_come_with_the_understanding(engine: EmbeddedEngine) -> None:
    text = "Cúp điện ở xã Tân Hương, gọi tôi 0912 345 678"
    understood = engine.understand(text, "zalo")
    phone = understood.entity("phone")
    assert phone is not None
    assert phone.value == "+84912345678"
    assert understood.unit_candidates() == ("28525",)
    assert all(text[place.start : place.end] == place.text for place in understood.places)


@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=300), channel=st.sampled_from(CHANNELS))
def test_any_text_is_answered_with_known_codes(engine: EmbeddedEngine, text: str, channel: Channel) -> None:
    labels = load_labels()
    understood = engine.understand(text, channel)
    assert understood.intent in labels.intents
    assert understood.case_type in labels.case_types
    assert understood.urgency in labels.urgencies
    assert understood.category is None or understood.category in labels.categories
    assert (understood.emergency_number in labels.emergency_numbers) == understood.emergency
    assert all(text[place.start : place.end] == place.text for place in understood.places)


def test_a_very_long_message_is_answered(engine: EmbeddedEngine) -> None:
    assert engine.understand("đèn đường tắt rồi " * 2000, "web").categories[0].code == "HT-01"


def test_prediction_lines_have_exactly_the_agreed_keys(engine: EmbeddedEngine) -> None:
    (answer,) = predict(engine, json.dumps({"id": "a1", "text": "mất nước cả xóm", "channel": "sms"}))
    assert set(answer) == PREDICTION_KEYS
    assert answer["id"] == "a1"
    assert len(answer["categories"]) == 5


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("not json", "bad_json"),
        ("[1, 2]", "bad_json"),
        ('{"id": 7, "text": 5, "channel": "sms"}', "bad_text"),
        ('{"id": 7, "channel": "sms"}', "bad_text"),
        ('{"id": 7, "text": "a", "channel": "fax"}', "bad_channel"),
        ("[" * 100_000, "bad_json"),
    ],
)
def test_a_bad_line_gets_an_error_and_the_next_line_an_answer(engine: EmbeddedEngine, line: str, code: str) -> None:
    bad, good = predict(engine, line, json.dumps({"id": 2, "text": "chào em", "channel": "web"}))
    assert bad["error"]["code"] == code
    assert good["id"] == 2


@pytest.mark.parametrize(
    "text", ["", "\ud800", "\x00\x07", "🔥" * 5000, "a\u0301" * 3000, "xã \ud83d Tân Hương", "9" * 10_000, "\u202e abc"]
)
def test_odd_texts_are_answered_in_lines_of_valid_utf8(engine: EmbeddedEngine, text: str) -> None:
    (line,) = predictions([json.dumps({"id": text[:3], "text": text, "channel": "zalo"})], engine)
    assert line.encode().decode() == line
    assert "\n" not in line
    assert set(json.loads(line)) == PREDICTION_KEYS


def test_a_byte_order_mark_and_bytes_that_are_no_text_harm_only_their_own_line(engine: EmbeddedEngine) -> None:
    lines = [
        b'\xef\xbb\xbf{"id": 1, "text": "xin ch\xc3\xa0o"}',
        b'{"id": 2, "text": "\xff\xfe"}',
        b'{"id": 3, "text": "alo"}',
    ]
    first, second, third = (json.loads(answer) for answer in predictions(lines, engine))
    assert (first["id"], third["id"]) == (1, 3)
    assert second["error"]["code"] == "bad_json"


def test_a_model_survives_saving_and_loading(model_folder: Path, tmp_path: Path) -> None:
    first = Classifier.load(model_folder)
    first.save(tmp_path / "copy")
    second = Classifier.load(tmp_path / "copy")
    assert second.version == first.version
    assert second.vocabulary == first.vocabulary


def test_a_damaged_model_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelNotUsable):
        Classifier.load(tmp_path)
    (tmp_path / "model.json").write_text("{}", "utf-8")
    with pytest.raises(ModelNotUsable):
        Classifier.load(tmp_path)


def test_a_question_about_an_urgent_matter_is_not_urgent_itself(engine: EmbeddedEngine) -> None:
    asked = engine.understand("cho hỏi thủ tục xin giấy xác nhận nhà bị cháy năm ngoái cần giấy tờ gì", "web")
    assert (asked.intent, asked.urgency) == ("hoi_thu_tuc", "thuong")
