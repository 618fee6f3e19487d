"""What holds for every channel, whoever its provider is."""

import asyncio
import json
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import pytest

import channels
from channels.contracts import ChannelName, EventKind, InboundEvent
from channels.registry import CAPABILITIES
from channels.simulator.citizen import SignedRequest
from channels.webchat.signature import Visitor, new_visitor, token_of
from contact_center.clock import utc_now
from tests.support.channel_peers import BODY_LIMIT, CALLER, CHAT_SECRET, ZALO_USER, House, Provider

FOLDERS: dict[ChannelName, str] = {"sms": "sms", "voice": "voice", "zalo": "zalo", "web": "webchat"}
EVERY_CHANNEL = sorted(FOLDERS)
REFUSED = {401, 403}
UNREADABLE = {400, 415, 422}


@dataclass(frozen=True, slots=True)
class Writing:
    """How a citizen says one thing on a channel, signed; the same ``name`` again is a retry."""

    say: Callable[[str, str], SignedRequest]
    resign: Callable[[bytes], SignedRequest]


def writing(channel: str, house: House) -> Writing:
    line, account = house.accounts.line, house.accounts.zalo
    visitor = new_visitor(utc_now())
    at = str(int(utc_now().timestamp() * 1000))
    return {
        "sms": Writing(
            say=lambda text, name: line.sms(CALLER, text, message_sid=f"SM{name}"),
            resign=lambda body: replace(line.request("/channels/sms/twilio", {}), body=body),
        ),
        "voice": Writing(
            say=lambda text, name: line.turn(CALLER, f"CA{name}", "/channels/voice/turn?n=1", speech=text),
            resign=lambda body: replace(line.request("/channels/voice/turn?n=1", {}), body=body),
        ),
        "zalo": Writing(
            say=lambda text, name: account.text(ZALO_USER, text, message_id=name),
            resign=lambda body: account.raw(body, at),
        ),
        "web": Writing(
            say=lambda text, name: _chat(visitor, {"client_id": f"client-{name}", "text": text}),
            resign=lambda body: replace(_chat(visitor, {}), body=body),
        ),
    }[channel]


def _chat(visitor: Visitor, body: dict[str, object]) -> SignedRequest:
    headers = {"Authorization": f"Bearer {token_of(visitor, CHAT_SECRET)}", "Content-Type": "application/json"}
    raw = json.dumps(body, ensure_ascii=False).encode("utf-8", "surrogatepass")
    return SignedRequest("https://1022.example.vn/channels/web/messages", headers, raw)


@pytest.fixture(params=EVERY_CHANNEL)
def channel(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def citizen(channel: str, house: House) -> Writing:
    return writing(channel, house)


def said(house: House) -> InboundEvent:
    return house.intake.only


def test_every_channel_has_its_folder_complete(channel: ChannelName) -> None:
    folder = Path(channels.__path__[0]) / FOLDERS[channel]
    for name in ("README.md", "capabilities.py", "signature.py", "payload.py", "routes.py"):
        assert (folder / name).exists(), f"{folder.name}/{name} is missing"
    assert CAPABILITIES[channel].channel == channel
    if CAPABILITIES[channel].pushed:
        assert (folder / "client.py").exists()


async def test_what_a_citizen_says_becomes_one_event(
    channel: str, citizen: Writing, provider: Provider, house: House
) -> None:
    answer = await provider.deliver(citizen.say("Đèn đường trước nhà hư rồi", "1"))
    assert answer.status_code == 200
    event = said(house)
    assert (event.channel, event.kind, event.text) == (channel, EventKind.MESSAGE, "Đèn đường trước nhà hư rồi")
    assert event.peer
    assert event.thread


async def test_fifty_deliveries_at_once_make_one_event(citizen: Writing, provider: Provider, house: House) -> None:
    request = citizen.say("Nước chảy yếu", "1")
    answers = await asyncio.gather(*(provider.deliver(request) for _ in range(50)))
    assert {answer.status_code for answer in answers} == {200}
    assert house.intake.deliveries == 50
    assert said(house).text == "Nước chảy yếu"


async def test_the_same_words_twice_are_two_events(citizen: Writing, provider: Provider, house: House) -> None:
    await provider.deliver(citizen.say("dạ đúng", "1"))
    await provider.deliver(citizen.say("dạ đúng", "2"))
    assert len(house.intake.events) == 2


async def test_one_changed_byte_is_refused(channel: str, citizen: Writing, provider: Provider, house: House) -> None:
    request = citizen.say("Xin chao", "1")
    if channel == "web":  # the token is what is signed there
        token = request.headers["Authorization"]
        changed = replace(request, headers={**request.headers, "Authorization": token[:-2] + "xx"})
    else:
        changed = replace(request, body=request.body.replace(b"chao", b"chaO"))
    assert (await provider.deliver(changed)).status_code in REFUSED
    assert house.intake.events == []


@pytest.mark.parametrize("header", ["", "nonsense", "mac=", "mac=\xe9\xff", "Bearer ...", "Bearer \xe9.1.\xff"])
async def test_a_missing_or_silly_signature_is_refused(
    header: str, citizen: Writing, client: httpx.AsyncClient, house: House
) -> None:
    request = citizen.say("Xin chào", "1")
    headers = [
        (name.encode(), value.encode() if name == "Content-Type" else header.encode("latin-1"))
        for name, value in request.headers.items()
        if name == "Content-Type" or header
    ]
    answer = await client.post(request.url, content=request.body, headers=headers)
    assert answer.status_code in REFUSED
    assert house.intake.events == []


@pytest.mark.parametrize("garbage", [b"", b"\x00\xff\xfe\x80", b"{", b"[]", b"null", b"%%%=%ff", b"[" * 100_000])
async def test_garbage_is_refused_and_keeps_nothing(
    garbage: bytes, citizen: Writing, provider: Provider, house: House
) -> None:
    answer = await provider.deliver(citizen.resign(garbage))
    assert answer.status_code in REFUSED | UNREADABLE
    assert house.intake.events == []


async def test_a_body_of_a_megabyte_is_refused_before_it_is_read(
    citizen: Writing, provider: Provider, house: House
) -> None:
    answer = await provider.deliver(citizen.resign(b"a" * 1_000_000))
    assert answer.status_code == 413
    assert answer.json()["code"] == "too_large"
    assert answer.json()["details"] == {"limit_bytes": BODY_LIMIT}
    assert house.intake.events == []


async def test_a_body_that_hides_its_length_is_cut_off(citizen: Writing, client: httpx.AsyncClient) -> None:
    async def drip() -> object:
        for _ in range(30):
            yield b"a" * 10_000

    request = citizen.resign(b"")
    answer = await client.post(request.url, content=drip(), headers=dict(request.headers))  # type: ignore[arg-type]  # an async generator
    assert answer.status_code == 413


async def test_letters_and_accents_apart_come_together(citizen: Writing, provider: Provider, house: House) -> None:
    await provider.deliver(citizen.say(unicodedata.normalize("NFD", "Phản ánh của ông Nguyễn Văn Đức"), "1"))
    assert said(house).text == "Phản ánh của ông Nguyễn Văn Đức"


async def test_emoji_stay_and_nul_goes(citizen: Writing, provider: Provider, house: House) -> None:
    await provider.deliver(citizen.say("Cảm\x00 ơn 👍🏽 nha", "1"))
    assert said(house).text == "Cảm ơn 👍🏽 nha"


async def test_nothing_at_all_has_a_defined_answer(
    channel: str, citizen: Writing, provider: Provider, house: House
) -> None:
    answer = await provider.deliver(citizen.say("   ", "1"))
    if channel == "web":
        assert (answer.status_code, answer.json()["code"]) == (422, "empty")
    else:
        assert answer.status_code == 200
        assert said(house).text == ""


async def test_ten_thousand_characters_are_kept_whole_and_more_are_cut_and_marked(
    channel: str, citizen: Writing, provider: Provider, house: House
) -> None:
    answers = [await provider.deliver(citizen.say("ă" * length, str(length))) for length in (10_000, 10_005)]
    if channel == "web":  # the widget can ask the writer to divide it
        assert [answer.json()["code"] for answer in answers] == ["too_long", "too_long"]
        return
    whole, cut = house.intake.events
    assert (len(whole.text), "cut_from" in whole.data) == (10_000, False)
    assert (len(cut.text), cut.data["cut_from"]) == (10_000, 10_005)


async def test_when_the_core_cannot_take_it_the_provider_is_not_thanked(
    channel: str, citizen: Writing, provider: Provider, house: House
) -> None:
    house.intake.failure = ConnectionError("the database is away")
    answer = await provider.deliver(citizen.say("Xin chào", "1"))
    if channel == "voice":  # a caller hears a person's queue, never an error
        assert (answer.status_code, "person=1" in answer.text) == (200, True)
    else:
        assert (answer.status_code, answer.json()["code"]) == (503, "not_accepted")
        assert answer.headers["Retry-After"] == "5"


async def test_the_wrong_content_type_has_a_defined_answer(channel: str, citizen: Writing, provider: Provider) -> None:
    answer = await provider.deliver(citizen.say("Xin chào", "1"), content_type="text/plain")
    # Zalo's signature covers the bytes, so its content type is not looked at.
    assert answer.status_code == (200 if channel == "zalo" else 415)
