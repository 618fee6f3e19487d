"""What a real Rasa answers: our understanding beside its own, at exact places, to the house alone."""

import unicodedata
from typing import Any

import httpx
import jwt
import pytest

from contact_center.rasa.service import RasaEngine
from nlu.engine import EmbeddedEngine
from nlu.labels import load_labels
from tests.rasa.conftest import RunningRasa

PIPE = "Ống nước bể trước số 88 Thái Sanh Hạnh, phường Mỹ Tho, nước chảy lai láng"


def parse(rasa: RunningRasa, text: str) -> dict[str, Any]:
    claims = {"user": {"username": "test", "role": "admin"}}
    token = jwt.encode(claims, rasa.secret, algorithm="HS256")
    response = httpx.post(
        f"{rasa.address.current()}/model/parse",
        json={"text": text},
        headers={"Authorization": f"Bearer {token}"},
        timeout=10,
    )
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


def test_our_rankings_stand_beside_rasas_intents_and_entities(rasa: RunningRasa) -> None:
    answer = parse(rasa, PIPE)
    assert answer["intent"]["name"] == "bao_su_viec"
    assert {entry["name"] for entry in answer["intent_ranking"]} <= set(load_labels().intents)
    assert answer["category_ranking"][0]["name"] == "NU-03"
    assert answer["case_type_ranking"][0]["name"] == "phan_anh"
    assert answer["emergency"] == {"is_emergency": False, "number": None, "ask": False}
    places = {entity["extractor"]: PIPE[entity["start"] : entity["end"]] for entity in answer["entities"]}
    assert "Thái Sanh Hạnh" in places["PlaceExtractor"]
    assert "Thái Sanh Hạnh" in places["CRFEntityExtractor"]


def test_a_fire_is_an_emergency_with_its_number(rasa: RunningRasa) -> None:
    assert parse(rasa, "cháy nhà rồi, lửa cao lắm, gọi cứu hỏa giùm")["emergency"]["number"] == "114"


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_tokens_lie_where_the_citizen_wrote_them(rasa: RunningRasa, form: Any) -> None:
    text = unicodedata.normalize(form, "Bệnh viện  Tiền Giang 👍 ở_đó, hoà bình")
    tokens = [text[start:end] for start, end in parse(rasa, text)["text_tokens"]]
    assert "".join("".join(tokens).split()) == "".join(text.split())
    assert all(token == token.strip() for token in tokens)


@pytest.mark.parametrize(
    "text", [" ", "🙂", "...", "\u200b", "x" * 9000, "a\ud800b", "[Mỹ Tho](place)", " /restart", "/bao_su_viec"]
)
def test_no_text_makes_it_fail(engine: RasaEngine, text: str) -> None:
    understood = engine.understand(text, "web")
    assert not understood.degraded
    assert understood.text == text


def test_a_message_longer_than_is_sent_is_understood_by_its_beginning(
    engine: RasaEngine, embedded: EmbeddedEngine
) -> None:
    text = PIPE + ". Nói thêm cho rõ." * 2000
    by_rasa = engine.understand(text, "web")
    assert (by_rasa.engine, by_rasa.text) == ("rasa", text)
    assert by_rasa.categories == embedded.understand(text, "web").categories


def test_who_has_not_the_secret_is_refused(rasa: RunningRasa) -> None:
    forged = jwt.encode({"user": {"username": "x", "role": "admin"}}, "another secret" * 3, algorithm="HS256")
    for headers in ({}, {"Authorization": f"Bearer {forged}"}):
        answer = httpx.post(f"{rasa.address.current()}/model/parse", json={"text": "a"}, headers=headers, timeout=10)
        assert answer.status_code == 401


@pytest.mark.parametrize("path", ["/", "/webhooks/rest/webhook", "/conversations/a/tracker", "/model", "/model/train"])
def test_nothing_but_parsing_is_offered(rasa: RunningRasa, path: str) -> None:
    assert httpx.get(rasa.address.current() + path, timeout=10).status_code == 404
    assert httpx.post(rasa.address.current() + path, json={}, timeout=10).status_code == 404


def test_a_request_longer_than_any_message_is_refused(rasa: RunningRasa) -> None:
    with httpx.Client(timeout=10) as http:
        answer = http.post(f"{rasa.address.current()}/model/parse", content=b"x" * 1_000_000)
    assert answer.status_code == 413


def test_what_people_write_is_in_no_log(rasa: RunningRasa, engine: RasaEngine) -> None:
    engine.understand("một câu rất riêng tư của bà Nguyễn Thị Thử", "web")
    assert "riêng tư" not in rasa.logs
    assert "rieng tu" not in rasa.logs
