"""What the chat widget may read."""

import uuid

import pytest
import pytest_asyncio
from httpx import Response

from contact_center.actors import Actor, Role
from contact_center.conversations import service as conversations
from contact_center.conversations.dispatcher import Dispatcher
from contact_center.conversations.models import Conversation
from contact_center.conversations.workers import drain
from contact_center.web import security
from tests.integration.conversations.people import Echo
from tests.integration.portal.conftest import Portal
from tests.support.pictures import photo

OPERATOR = Actor(kind="staff", role=Role.OPERATOR)


@pytest_asyncio.fixture
async def visitor(portal: Portal) -> dict[str, str]:
    return await new_visitor(portal)


async def new_visitor(portal: Portal) -> dict[str, str]:
    token = (await portal.client.post("/channels/web/session")).json()["token"]
    return {"Authorization": f"Bearer {token}"}


async def say(portal: Portal, visitor: dict[str, str], text: str, *, media_ids: list[str] | None = None) -> None:
    body = {"client_id": uuid.uuid4().hex, "text": text, "media_ids": media_ids or []}
    answer = await portal.client.post("/channels/web/messages", json=body, headers=visitor)
    assert answer.status_code == 200, answer.text
    await drain(Dispatcher(portal.database, Echo()).handle_next)


async def read(portal: Portal, visitor: dict[str, str], after: int = 0) -> dict[str, object]:
    answer = await portal.client.get(f"/channels/web/messages?after={after}", headers=visitor)
    page: dict[str, object] = answer.json()
    return page


def lines(page: dict[str, object]) -> list[dict[str, object]]:
    messages = page["messages"]
    assert isinstance(messages, list)
    return messages


async def test_nobody_wrote_yet(portal: Portal, visitor: dict[str, str]) -> None:
    assert await read(portal, visitor) == {"messages": [], "controller": "bot", "conversation": "", "more": False}


async def test_each_line_comes_once_by_its_number(portal: Portal, visitor: dict[str, str]) -> None:
    await say(portal, visitor, "xin chào")
    first = lines(await read(portal, visitor))
    assert [(line["author"], line["text"]) for line in first] == [
        ("citizen", "xin chào"),
        ("bot", "đã nghe: xin chào"),
    ]
    await say(portal, visitor, "còn đó không")
    later = lines(await read(portal, visitor, after=2))
    assert [line["seq"] for line in later] == [3, 4]


async def test_a_visitor_reads_nobody_elses_talk(portal: Portal, visitor: dict[str, str]) -> None:
    await say(portal, visitor, "xin chào")
    assert lines(await read(portal, await new_visitor(portal))) == []


async def test_notes_of_staff_are_not_for_the_citizen(portal: Portal, visitor: dict[str, str]) -> None:
    await say(portal, visitor, "xin chào")
    conversation_id = uuid.UUID(str((await read(portal, visitor))["conversation"]))
    async with portal.database.transaction() as tx:
        await conversations.note(tx, OPERATOR, conversation_id, text="người quen")
    await say(portal, visitor, "alo")
    assert all("người quen" not in str(line["text"]) for line in lines(await read(portal, visitor)))


async def test_a_new_conversation_is_told_from_the_old_one(portal: Portal, visitor: dict[str, str]) -> None:
    await say(portal, visitor, "xin chào")
    before = await read(portal, visitor)
    async with portal.database.transaction() as tx:
        old = await tx.session.get_one(Conversation, uuid.UUID(str(before["conversation"])))
        old.last_message_at -= conversations.QUIET_AFTER * 2
    await say(portal, visitor, "hôm sau")
    after = await read(portal, visitor)
    assert after["conversation"] != before["conversation"]
    assert lines(after)[0]["text"] == "hôm sau"


@pytest.mark.parametrize("size", ["thumbnail", "full"])
async def test_a_photo_is_shown_to_the_visitor_who_sent_it_only(
    portal: Portal, visitor: dict[str, str], size: str
) -> None:
    uploaded = await portal.client.post("/media/upload", files={"photo": ("a.jpg", photo(), "image/jpeg")})
    await say(portal, visitor, "đây nè", media_ids=[uploaded.json()["media_id"]])
    addresses = lines(await read(portal, visitor))[0]["image_urls"]
    assert isinstance(addresses, list)
    address = str(addresses[0])
    seen = await portal.client.get(address, params={"size": size}, headers=visitor)
    assert seen.headers["content-type"] == "image/jpeg"
    assert (await portal.client.get(address)).status_code == 404
    assert (await portal.client.get(address, headers=await new_visitor(portal))).status_code == 404


async def test_an_upload_that_is_no_photo_is_refused_with_a_code(portal: Portal) -> None:
    answer = await portal.client.post("/media/upload", files={"photo": ("a.jpg", b"none", "image/jpeg")})
    assert answer.status_code == 422
    assert answer.json()["details"] == {"photo": "not_a_picture"}


async def test_the_chat_may_be_framed_by_other_sites_and_nothing_else_may(portal: Portal) -> None:
    security.install(portal.app, portal.app.state.settings)
    chat = await portal.client.get("/chat?khung=1")
    home = await portal.client.get("/phan-anh")
    assert "x-frame-options" not in chat.headers
    assert home.headers["x-frame-options"] == "DENY"


async def test_a_visitor_who_floods_the_chat_is_asked_to_wait(portal: Portal, visitor: dict[str, str]) -> None:
    async def send() -> Response:
        body = {"client_id": uuid.uuid4().hex, "text": "alo"}
        return await portal.client.post("/channels/web/messages", json=body, headers=visitor)

    # More than two windows allow: one may end meanwhile.
    answers = [await send() for _ in range(121)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused
    assert refused[0].json()["code"] == "too_many_requests"
    assert refused[0].json()["details"]["retry_after_s"] > 0
