"""The chat widget's endpoints."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from channels.contracts import InboundAttachment, Location
from channels.webchat.signature import VALID_FOR, new_visitor, token_of, visitor_of
from tests.support.channel_peers import CHAT_SECRET, House, RememberingIntake

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
PHOTO = "0197f3a2-c1d8-7b7e-9a41-3c5d7e9f1a2b"


class Widget:
    """A browser with a session."""

    def __init__(self, client: httpx.AsyncClient, token: str) -> None:
        self._client = client
        self.headers = {"Authorization": f"Bearer {token}"}

    async def send(self, **body: Any) -> httpx.Response:
        return await self._client.post("/channels/web/messages", json=body, headers=self.headers)

    async def read(self, after: int = 0) -> dict[str, Any]:
        answer = await self._client.get("/channels/web/messages", params={"after": after}, headers=self.headers)
        assert answer.status_code == 200
        page: dict[str, Any] = answer.json()
        return page


async def open_widget(client: httpx.AsyncClient) -> Widget:
    answer = await client.post("/channels/web/session")
    assert answer.status_code == 200
    return Widget(client, answer.json()["token"])


async def test_a_message_sent_twice_arrives_once(client: httpx.AsyncClient, intake: RememberingIntake) -> None:
    widget = await open_widget(client)
    first = await widget.send(client_id="client-0001", text="Xin chào")
    again = await widget.send(client_id="client-0001", text="Xin chào")
    assert first.json() == {"client_id": "client-0001", "duplicate": False}
    assert again.json() == {"client_id": "client-0001", "duplicate": True}
    assert intake.only.data == {"client_id": "client-0001"}


async def test_two_visitors_may_use_the_same_client_id(client: httpx.AsyncClient, intake: RememberingIntake) -> None:
    for _ in range(2):
        await (await open_widget(client)).send(client_id="client-0001", text="Xin chào")
    assert len({event.thread for event in intake.events}) == 2


async def test_photos_and_a_pin_come_with_the_words(client: httpx.AsyncClient, intake: RememberingIntake) -> None:
    place = {"latitude": 10.4938, "longitude": 105.6882, "label": "Chợ Cao Lãnh"}
    answer = await (await open_widget(client)).send(client_id="client-0001", media_ids=[PHOTO], location=place)
    assert answer.status_code == 200
    assert intake.only.attachments == (InboundAttachment(kind="image", media_id=PHOTO),)
    assert intake.only.location == Location(10.4938, 105.6882, "Chợ Cao Lãnh")


async def test_reading_gives_what_came_after_a_number(client: httpx.AsyncClient) -> None:
    widget = await open_widget(client)
    for number in range(1, 4):
        await widget.send(client_id=f"client-000{number}", text=f"câu {number}")
    page = await widget.read(after=1)
    assert [(line["seq"], line["text"]) for line in page["messages"]] == [(2, "câu 2"), (3, "câu 3")]
    assert (page["controller"], page["more"]) == ("bot", False)
    assert (await (await open_widget(client)).read())["messages"] == []


async def test_a_known_visitor_keeps_the_chat_and_gets_a_fresh_token(client: httpx.AsyncClient) -> None:
    first = (await client.post("/channels/web/session")).json()
    headers = {"Authorization": f"Bearer {first['token']}"}
    again = (await client.post("/channels/web/session", headers=headers)).json()
    assert again["thread"] == first["thread"]


@pytest.mark.parametrize(
    "body",
    [
        {"client_id": "short", "text": "x"},
        {"client_id": "spaces are not", "text": "x"},
        {"text": "x"},
        {"client_id": "client-0001", "text": 5},
        {"client_id": "client-0001", "media_ids": ["../../etc/passwd"]},
        {"client_id": "client-0001", "media_ids": [PHOTO] * 11},
        {"client_id": "client-0001", "location": {"latitude": 91, "longitude": 0}},
    ],
)
async def test_what_is_not_a_message_is_refused_with_its_fields(
    body: dict[str, Any], client: httpx.AsyncClient, intake: RememberingIntake
) -> None:
    answer = await (await open_widget(client)).send(**body)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")
    assert answer.json()["details"]["fields"]
    assert intake.events == []


async def test_too_long_a_text_is_refused_with_the_limit(client: httpx.AsyncClient) -> None:
    widget = await open_widget(client)
    assert (await widget.send(client_id="client-0001", text="ă" * 4000)).status_code == 200
    answer = await widget.send(client_id="client-0002", text="ă" * 4001)
    assert answer.json() == {
        "code": "too_long",
        "message": "Tin nhắn dài quá 4000 ký tự, vui lòng chia nhỏ.",
        "details": {"longest": 4000},
    }


@pytest.mark.parametrize("action", ["web_session", "web_message"])
async def test_who_sends_too_often_is_told_how_long_to_wait(
    action: str, client: httpx.AsyncClient, house: House
) -> None:
    widget = await open_widget(client)
    house.limiter.waits[action] = 7
    answer = (
        await widget.send(client_id="client-0001", text="x")
        if action == "web_message"
        else await client.post("/channels/web/session")
    )
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")
    assert answer.json()["details"] == {"retry_after_s": 7}


async def test_without_a_session_nothing_is_read_or_written(client: httpx.AsyncClient) -> None:
    assert (await client.get("/channels/web/messages")).status_code == 401
    assert (await client.post("/channels/web/messages", json={})).status_code == 401


def test_a_token_names_its_visitor_until_it_is_too_old() -> None:
    visitor = new_visitor(NOW)
    token = token_of(visitor, CHAT_SECRET)
    assert visitor_of(token, CHAT_SECRET, NOW) == visitor
    assert visitor_of(token, CHAT_SECRET, NOW + VALID_FOR - timedelta(seconds=1)) == visitor
    assert visitor_of(token, CHAT_SECRET, NOW + VALID_FOR) is None
    assert visitor_of(token, "another secret", NOW) is None


def test_a_token_cannot_be_made_to_name_another_visitor_or_a_later_time() -> None:
    visitor_id, issued, mac = token_of(new_visitor(NOW), CHAT_SECRET).split(".")
    for forged in (
        f"{'0' * 32}.{issued}.{mac}",
        f"{visitor_id}.{int(issued) + 1}.{mac}",
        f"{visitor_id}.{issued}.{'A' * 43}",
        f"{visitor_id}.{issued}",
        f"{visitor_id}.{issued}.{mac}\n",
        "",
    ):
        assert visitor_of(forged, CHAT_SECRET, NOW) is None
