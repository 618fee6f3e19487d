"""The provider stand-in's own promises: tests and people build on them."""

import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from channels.simulator.accounts import from_environment
from channels.simulator.app import MOST_PHOTOS, create_app
from channels.simulator.behaviour import Behaviour, Fate
from channels.simulator.tokens import TokenChain
from channels.simulator.wire_log import LONGEST_LOG, WireLog
from tests.support.channel_peers import accounts_at

ROOT = Path(__file__).parents[3]


def chain() -> TokenChain:
    return TokenChain(secret="app-secret", first_access="a0", first_refresh="r0")


def test_a_refresh_token_works_once_and_kills_the_old_pair() -> None:
    tokens = chain()
    assert tokens.takes("a0")
    pair = tokens.renew("r0")
    assert pair is not None
    access, refresh = pair
    assert tokens.takes(access)
    assert not tokens.takes("a0")
    assert tokens.renew("r0") is None
    assert tokens.renew(refresh) is not None
    assert (tokens.renewed, tokens.refused) == (2, 1)


def test_pairs_given_out_before_a_restart_are_still_known() -> None:
    pair = chain().renew("r0")
    assert pair is not None
    restarted = chain()
    assert restarted.takes(pair[0])
    assert not restarted.takes("a0")
    assert restarted.renew(pair[1]) is not None


def test_an_expired_token_is_refused_until_it_is_renewed() -> None:
    tokens = chain()
    tokens.expire()
    assert not tokens.takes("a0")
    pair = tokens.renew("r0")
    assert pair is not None
    assert tokens.takes(pair[0])


@pytest.mark.parametrize("token", ["", "a.1.x", "at.1.", "at.²." + "0" * 64, "at.99999999999.x", "r0"])
def test_a_forged_token_is_nobodys(token: str) -> None:
    assert not chain().takes(token)


def test_the_log_is_bounded_and_says_what_was_lost() -> None:
    log = WireLog()
    for number in range(LONGEST_LOG + 10):
        log.note("twilio", "accepted", reference=f"r{number}", provider_id="SM")
    assert log.after(0, 10)["lost"] is True
    page = log.after(LONGEST_LOG, 100)
    assert (page["lost"], [entry["seq"] for entry in page["entries"]]) == (
        False,
        list(range(LONGEST_LOG + 1, LONGEST_LOG + 11)),
    )
    assert len(log.counts()) == LONGEST_LOG + 10


def test_counts_tell_what_was_taken_twice_and_leave_out_what_was_refused() -> None:
    log = WireLog()
    log.note("twilio", "refused", reference="a")
    assert log.note("twilio", "accepted", reference="b", provider_id="SM1").taken == 1
    assert log.note("twilio", "accepted", reference="b", provider_id="SM2").taken == 2
    assert log.counts() == {"b": 2}


def test_an_ending_has_its_fate_whatever_the_switches_say() -> None:
    everybody_refused = Behaviour(fate=Fate.REFUSED)
    assert everybody_refused.fate_of("+84912345678", 0) is Fate.REFUSED
    assert everybody_refused.fate_of("+84912349004", 0) is Fate.NO_ANSWER
    assert [Behaviour().fate_of("+84912349002", tries) for tries in range(3)] == [Fate.BUSY, Fate.BUSY, Fate.TAKEN]


async def test_a_photo_can_be_laid_down_and_fetched_and_the_oldest_makes_room() -> None:
    app = create_app(accounts_at("http://127.0.0.1:8022"))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://127.0.0.1:1") as client:
        urls = [
            (await client.post("/photos", content=b"photo", headers={"Content-Type": "image/jpeg"})).json()["url"]
            for _ in range(MOST_PHOTOS + 1)
        ]
        newest = await client.get(urls[-1])
        assert (newest.content, newest.headers["content-type"]) == (b"photo", "image/jpeg")
        assert (await client.get(urls[0])).status_code == 404
        assert (await client.post("/photos", content=b"a" * 10_000_001)).status_code == 413


def test_the_accounts_come_from_the_variables_the_contact_centre_uses() -> None:
    names = ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "ZALO_APP_ID", "ZALO_APP_SECRET", "ZALO_OA_ID")
    more = ("ZALO_OA_SECRET_KEY", "ZALO_ACCESS_TOKEN", "ZALO_REFRESH_TOKEN", "PUBLIC_BASE_URL")
    accounts = from_environment({name: name.lower() for name in (*names, *more)})
    assert (accounts.account_sid, accounts.oa_secret_key) == ("twilio_account_sid", "zalo_oa_secret_key")
    assert "twilio_auth_token" not in repr(accounts)


def test_a_missing_variable_is_one_clear_sentence() -> None:
    bare = {name: value for name, value in os.environ.items() if not name.startswith(("TWILIO", "ZALO", "PUBLIC"))}
    done = subprocess.run(
        [sys.executable, "-m", "channels.simulator", "--port", "1"],
        cwd=ROOT,
        env=bare,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr == "Thiếu biến môi trường / missing environment variable: PUBLIC_BASE_URL\n"
