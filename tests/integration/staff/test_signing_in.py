"""Signing in, staying in, and being thrown out."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from httpx import AsyncClient, Response
from sqlalchemy import func, select

from contact_center.actors import SYSTEM
from contact_center.db import Database
from contact_center.province.accounts import SAMPLE_PASSWORD
from contact_center.staff import service as staff
from contact_center.staff.models import AuditEntry, StaffSession
from contact_center.web.security import SESSION_COOKIE
from tests.support.web import Web, words_of


async def enter(browser: AsyncClient, username: str, password: str = SAMPLE_PASSWORD, next: str = "") -> Response:
    return await browser.post("/sign-in", data={"username": username, "password": password, "next": next})


@pytest.mark.parametrize(
    ("username", "home"),
    [
        ("tongdai", "/desk"),
        ("dieuphoi", "/dispatch"),
        ("giamsat", "/dispatch"),
        ("chieusang", "/unit"),
        ("quantri", "/admin/accounts"),
    ],
)
async def test_each_role_starts_on_its_own_page(web: Web, username: str, home: str) -> None:
    browser = web.browser()
    answer = await enter(browser, username)
    assert (answer.status_code, answer.headers["location"]) == (303, home)
    assert (await browser.get(home)).status_code == 200


async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(web: Web) -> None:
    cookie = (await enter(web.browser(), "tongdai")).headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "samesite=lax" in cookie.lower()


async def test_the_session_token_is_nowhere_in_the_database(web: Web) -> None:
    token = await web.token("tongdai")
    async with web.database.transaction() as tx:
        stored = list(await tx.session.scalars(select(StaffSession.token_sha256)))
    assert token not in stored
    assert all(len(digest) == 64 for digest in stored)


async def test_unknown_wrong_and_disabled_sound_alike(web: Web) -> None:
    async with web.database.transaction() as tx:
        officer = await web.actor("so-xd")
        assert officer.id is not None
        await staff.set_active(tx, SYSTEM, officer.id, active=False)
    answers = [
        await enter(web.browser(), "nobody"),
        await enter(web.browser(), "tongdai", "not the password"),
        await enter(web.browser(), "so-xd"),
    ]
    assert {answer.status_code for answer in answers} == {401}
    assert len({words_of(answer) for answer in answers}) == 1
    assert "Tên đăng nhập hoặc mật khẩu chưa đúng" in words_of(answers[0])


async def test_the_name_stays_in_the_form_and_the_password_does_not(web: Web) -> None:
    answer = await enter(web.browser(), "tongdai", "not the password")
    assert 'value="tongdai"' in answer.text
    assert "not the password" not in answer.text


async def test_five_wrong_tries_lock_the_name_and_say_until_when(web: Web) -> None:
    for _ in range(5):
        await enter(web.browser(), "tongdai", "wrong password")
    answer = await enter(web.browser(), "tongdai")
    assert answer.status_code == 429
    assert "tạm khoá đến" in words_of(answer)
    assert (await enter(web.browser(), "dieuphoi")).status_code == 303


async def test_a_success_forgets_earlier_wrong_tries(web: Web) -> None:
    for _ in range(4):
        await enter(web.browser(), "tongdai", "wrong password")
    assert (await enter(web.browser(), "tongdai")).status_code == 303
    await enter(web.browser(), "tongdai", "wrong password")
    assert (await enter(web.browser(), "tongdai")).status_code == 303


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x"])
async def test_nobody_is_sent_to_another_site_after_signing_in(web: Web, elsewhere: str) -> None:
    assert (await enter(web.browser(), "tongdai", next=elsewhere)).headers["location"] == "/desk"


async def test_one_comes_back_to_the_page_one_wanted(web: Web) -> None:
    browser = web.browser()
    asked = await browser.get("/tickets")
    assert (asked.status_code, asked.headers["location"]) == (303, "/sign-in?next=/tickets")
    assert (await enter(browser, "dieuphoi", next="/tickets")).headers["location"] == "/tickets"


async def test_signing_out_ends_the_session_on_the_server(web: Web) -> None:
    token = await web.token("tongdai")
    browser = web.browser(token=token)
    await browser.post("/sign-out")
    assert (await web.browser(token=token).get("/desk")).status_code == 303


async def test_a_disabled_account_is_out_at_once(web: Web) -> None:
    browser = await web.sign_in("tongdai")
    administrator = await web.sign_in("quantri")
    operator = await web.actor("tongdai")
    assert (await browser.get("/desk")).status_code == 200
    await administrator.post(f"/admin/accounts/{operator.id}/disable")
    assert (await browser.get("/desk")).status_code == 303


async def test_a_new_password_signs_out_every_other_machine(web: Web) -> None:
    here, elsewhere = await web.sign_in("tongdai"), await web.sign_in("tongdai")
    answer = await here.post("/account/password", data={"present": SAMPLE_PASSWORD, "new": "mot cau dai de nho"})
    assert answer.status_code == 303
    assert (await here.get("/desk")).status_code == 200
    assert (await elsewhere.get("/desk")).status_code == 303
    assert (await enter(web.browser(), "tongdai", "mot cau dai de nho")).status_code == 303


@pytest.mark.parametrize(
    ("present", "new", "words"),
    [
        ("not the password", "mot cau dai de nho", "Mật khẩu hiện tại chưa đúng"),
        (SAMPLE_PASSWORD, "ngan", "ít nhất 10 ký tự"),
        (SAMPLE_PASSWORD, SAMPLE_PASSWORD, "trùng mật khẩu cũ"),
    ],
)
async def test_a_bad_new_password_is_explained(web: Web, present: str, new: str, words: str) -> None:
    browser = await web.sign_in("tongdai")
    answer = await browser.post("/account/password", data={"present": present, "new": new})
    assert answer.status_code == 422
    assert words in words_of(answer)


class Hands:
    """A clock whose hands the test moves."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.mark.parametrize(
    ("steps_h", "still_in"),
    [([11], True), ([12.1], False), ([11, 11], True), ([11, 11, 2.1], False)],
    ids=["eleven idle hours", "over twelve idle hours", "kept alive", "over a day however busy"],
)
async def test_a_session_ends_idle_or_old(database_url: str, steps_h: list[float], still_in: bool) -> None:
    hands = Hands()
    database = Database(database_url, clock=hands)
    async with database.transaction() as tx:
        signed = await staff.sign_in(
            tx, username="tongdai", password=SAMPLE_PASSWORD, address="192.0.2.1", user_agent="test"
        )
        assert signed is not None
    actor = None
    for step in steps_h:
        hands.now += timedelta(hours=step)
        async with database.transaction() as tx:
            actor = await staff.actor_of(tx, signed[0])
    assert (actor is not None) is still_in
    await database.close()


async def test_a_program_signs_in_for_a_bearer_token(web: Web) -> None:
    client = web.browser()
    wrong = await client.post("/api/v1/session", json={"username": "tongdai", "password": "wrong password"})
    assert (wrong.status_code, wrong.json()["code"]) == (401, "wrong_credentials")
    token = (await client.post("/api/v1/session", json={"username": "tongdai", "password": SAMPLE_PASSWORD})).json()[
        "token"
    ]
    bearer = {"Authorization": f"Bearer {token}"}
    assert (await client.get("/api/v1/me", headers=bearer)).json()["role"] == "operator"
    assert (await client.delete("/api/v1/session", headers=bearer)).status_code == 204
    assert (await client.get("/api/v1/me", headers=bearer)).status_code == 401


async def test_each_sign_in_is_in_the_audit_log(web: Web) -> None:
    await enter(web.browser(), "tongdai")
    async with web.database.transaction() as tx:
        count = await tx.session.scalar(select(func.count()).where(AuditEntry.action == "signed_in"))
    assert count == 1


async def test_one_signs_in_again_with_the_cookie_of_a_lapsed_session(web: Web) -> None:
    token = await web.token("tongdai")
    browser = web.browser(token=token, csrf=False)
    async with web.database.transaction() as tx:
        await staff.sign_out(tx, token)
    page = await browser.get("/sign-in")
    field = re.search(r'name="csrf_token" value="(\w+)"', page.text)
    assert field is not None
    form = {"username": "tongdai", "password": SAMPLE_PASSWORD, "csrf_token": field[1]}
    answer = await browser.post("/sign-in", data=form)
    assert answer.status_code == 303
    assert SESSION_COOKIE in answer.headers["set-cookie"]
