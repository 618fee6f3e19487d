"""An understanding survives the way through JSON; what is none is refused."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.labels import load_labels
from nlu.rasa.wire import NotAnUnderstanding, as_wire, from_wire
from nlu.understanding import Entity, PlaceMention, Ranked, Understanding

TEXT = "cúp điện ở phường Mỹ Tho, gọi 0912345678"
LABELS = load_labels()
RANKED = st.builds(Ranked, st.sampled_from(sorted(LABELS.categories)), st.floats(0, 1))


def understanding(**changes: Any) -> Understanding:
    said: dict[str, Any] = {
        "text": TEXT,
        "intent": "bao_su_viec",
        "intents": (Ranked("bao_su_viec", 0.9),),
        "case_type": "phan_anh",
        "case_types": (Ranked("phan_anh", 0.8),),
        "category": "NU-03",
        "categories": (Ranked("NU-03", 0.7),),
        "abstained": False,
        "emergency": False,
        "emergency_number": None,
        "emergency_ask": False,
        "urgency": "thuong",
        "legal_track": "ordinary",
        "entities": (Entity("phone", TEXT[30:40], 30, 40, "+84912345678"),),
        "places": (PlaceMention(TEXT[11:24], 11, 24, ("28261",), 0.9, "commune"),),
        "keywords": ("cúp", "điện"),
    }
    return Understanding(**{**said, **changes})


def sent(understood: Understanding) -> dict[str, Any]:
    wire: dict[str, Any] = json.loads(json.dumps(as_wire(understood)))
    return wire


@given(st.lists(RANKED, max_size=5), st.sampled_from(LABELS.urgencies), st.booleans())
def test_what_is_sent_is_what_arrives(categories: list[Ranked], urgency: str, abstained: bool) -> None:
    understood = understanding(categories=tuple(categories), urgency=urgency, abstained=abstained)
    assert from_wire(sent(understood), TEXT) == understood


def test_the_text_itself_is_not_sent_back() -> None:
    assert "text" not in sent(understanding())


@pytest.mark.parametrize(
    "change",
    [
        {"category": "XX-99"},
        {"intent": "restart"},
        {"urgency": "sometime"},
        {"categories": [{"code": "NU-03"}]},
        {"categories": None},
        {"places": [{"start": 0, "end": 4000, "units": [], "score": 1.0, "kind": "street"}]},
        {"entities": [{"kind": "phone", "start": 4, "end": 2, "value": "1"}]},
        {"emergency_number": "911"},
    ],
)
def test_codes_and_spans_that_mean_nothing_here_are_refused(change: dict[str, Any]) -> None:
    with pytest.raises(NotAnUnderstanding):
        from_wire(sent(understanding()) | change, TEXT)


@pytest.mark.parametrize("raw", [None, [], "text", 3, {}, {"intent": "bao_su_viec"}])
def test_anything_else_is_refused(raw: object) -> None:
    with pytest.raises(NotAnUnderstanding):
        from_wire(raw, TEXT)
