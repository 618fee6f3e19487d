"""What our Zalo sender asks of Zalo, what it makes of the answers, and how tokens are renewed."""

import asyncio

import pytest

from channels.contracts import Button, EventKind, SendDeferred, SendError, SendRefused, SendUncertain
from channels.zalo.client import ZaloSender
from channels.zalo.errors import TokenRejected, meaning_of
from channels.zalo.oauth import ReauthorisationNeeded, ZaloOAuth
from tests.contract.conftest import StandInAddress, TokensInMemory, outbound
from tests.support.channel_peers import ZALO_USER, House
from tests.support.waiting import eventually


async def test_a_message_leaves_with_accents_and_buttons_that_come_back_as_text(
    zalo: ZaloSender, stand_in: StandInAddress
) -> None:
    buttons = tuple(Button(f"Nút {number}", f"#{number}") for number in range(7))
    receipt = await zalo.send(outbound("zalo", ZALO_USER, "Đúng không ạ?", buttons=buttons))
    [entry] = await stand_in.log()
    assert (entry["text"], entry["provider_id"]) == ("Đúng không ạ?", receipt.provider_id)
    offered = entry["extra"]["attachment"]["payload"]["buttons"]
    assert offered[0] == {"title": "Nút 0", "type": "oa.query.show", "payload": "#0"}
    assert len(offered) == 5


async def test_a_receipt_comes_back_for_what_was_sent(zalo: ZaloSender, stand_in: StandInAddress, house: House) -> None:
    receipt = await zalo.send(outbound("zalo", ZALO_USER))

    async def received() -> bool:
        return bool(house.intake.events)

    await eventually(received, what="the receipt arrived")
    event = house.intake.only
    assert (event.kind, event.data["provider_id"]) == (EventKind.DELIVERY, receipt.provider_id)


async def test_pictures_follow_the_words_and_long_texts_go_in_parts(zalo: ZaloSender, stand_in: StandInAddress) -> None:
    photo = "https://1022.example.vn/media/1"
    receipt = await zalo.send(outbound("zalo", ZALO_USER, "Câu này dài. " * 200, image_urls=(photo,)))
    entries = await stand_in.log()
    assert [len(entry["text"]) <= 2000 for entry in entries] == [True] * 3
    assert entries[2]["extra"]["attachment"]["payload"]["elements"] == [{"media_type": "image", "url": photo}]
    assert receipt.data["parts"] == [entry["provider_id"] for entry in entries]


@pytest.mark.parametrize("text", ["", "  ", "ă" * 10_000])
async def test_nothing_and_far_too_much_are_refused(text: str, zalo: ZaloSender, stand_in: StandInAddress) -> None:
    with pytest.raises(SendRefused):
        await zalo.send(outbound("zalo", ZALO_USER, text))
    assert await stand_in.log() == []


@pytest.mark.parametrize(
    ("ending", "error", "code", "taken"),
    [
        ("9001", SendRefused, "-213", False),
        ("9002", SendDeferred, "-32", False),
        ("9003", SendUncertain, "500", True),
        ("9004", SendUncertain, "unanswered", True),
    ],
)
async def test_each_failure_says_whether_the_message_may_have_left(
    ending: str,
    error: type[SendError],
    code: str,
    taken: bool,
    zalo: ZaloSender,
    stand_in: StandInAddress,
) -> None:
    with pytest.raises(error) as raised:
        await zalo.send(outbound("zalo", f"300000000000000{ending}"))
    assert raised.value.code == code
    assert bool(await stand_in.counts()) is taken


async def test_what_breaks_off_after_the_first_part_is_not_sent_again(
    zalo: ZaloSender, stand_in: StandInAddress
) -> None:
    message = outbound("zalo", "3000000000000009007", image_urls=("https://1022.example.vn/media/1",))
    with pytest.raises(SendUncertain) as raised:
        await zalo.send(message)
    assert raised.value.code == "partly_sent"
    assert [entry["outcome"] for entry in await stand_in.log()] == ["accepted", "refused"]


async def test_a_stale_token_is_renewed_once_and_the_message_sent_once(
    zalo: ZaloSender, stand_in: StandInAddress
) -> None:
    await stand_in.http.post(f"{stand_in.url}/expire-token")
    await zalo.send(outbound("zalo", ZALO_USER))
    assert [entry["outcome"] for entry in await stand_in.log()] == ["not_authorised", "accepted"]
    assert await stand_in.tokens() == {"renewed": 1, "refused": 0}


async def test_many_senders_with_a_stale_token_renew_it_once(zalo: ZaloSender, stand_in: StandInAddress) -> None:
    await stand_in.http.post(f"{stand_in.url}/expire-token")
    messages = [outbound("zalo", ZALO_USER, reference=f"reference-{number}") for number in range(10)]
    await asyncio.gather(*map(zalo.send, messages))
    assert await stand_in.tokens() == {"renewed": 1, "refused": 0}
    assert set((await stand_in.counts()).values()) == {1}


async def test_a_refresh_token_works_once(tokens: TokensInMemory, stand_in: StandInAddress, house: House) -> None:
    await tokens.refresh(await tokens.current())
    accounts = house.accounts
    oauth = ZaloOAuth(app_id=accounts.app_id, app_secret=accounts.app_secret, oauth_base=stand_in.url)
    with pytest.raises(ReauthorisationNeeded) as raised:
        await oauth.refresh(accounts.refresh_token)
    assert (raised.value.code, raised.value.retry_after_s) == ("-14020", 300.0)
    await oauth.aclose()


async def test_an_oauth_server_that_cannot_be_reached_leaves_the_message_unsent(closed_port: str) -> None:
    oauth = ZaloOAuth(app_id="1", app_secret="s", oauth_base=closed_port)
    with pytest.raises(SendDeferred) as raised:
        await oauth.refresh("any")
    assert raised.value.code == "oauth_unreachable"
    await oauth.aclose()


async def test_nobody_listening_means_certainly_not_sent(tokens: TokensInMemory, closed_port: str) -> None:
    sender = ZaloSender(tokens=tokens, api_base=closed_port)
    with pytest.raises(SendDeferred) as raised:
        await sender.send(outbound("zalo", ZALO_USER))
    assert raised.value.code == "not_reached"
    await sender.aclose()


@pytest.mark.parametrize(
    ("status", "code", "meaning"),
    [
        (200, -216, TokenRejected),
        (200, -220, TokenRejected),
        (401, None, TokenRejected),
        (200, -32, SendDeferred),
        (429, None, SendDeferred),
        (503, None, SendDeferred),
        (200, -224, SendDeferred),
        (200, -321, SendDeferred),
        (200, -201, SendRefused),
        (200, -213, SendRefused),
        (200, -230, SendRefused),
        (200, -232, SendRefused),
        (200, -211, SendRefused),
        (200, -99999, SendRefused),
        (404, None, SendRefused),
        (500, None, SendUncertain),
        (200, None, SendUncertain),
        (200, "0", SendUncertain),
    ],
)
def test_zalos_codes_have_a_meaning(status: int, code: object, meaning: type[SendError]) -> None:
    assert type(meaning_of(status, code)) is meaning
