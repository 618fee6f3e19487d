"""What every answer carries, and what is refused before anybody looks at it."""

import logging
from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI

from contact_center.web.security import SESSION_COOKIE
from tests.support.web import Web, words_of


async def test_a_form_without_its_token_is_refused(web: Web) -> None:
    browser = await web.sign_in("tongdai", csrf=False)
    answer = await browser.post("/presence", data={"state": "ready"})
    assert answer.status_code == 403
    assert "tải lại trang" in words_of(answer)


async def test_the_token_of_another_session_is_refused(web: Web) -> None:
    browser = await web.sign_in("tongdai")
    other = await web.sign_in("tongdai")
    browser.headers["X-CSRF-Token"] = other.headers["X-CSRF-Token"]
    assert (await browser.post("/presence", data={"state": "ready"})).status_code == 403


async def test_the_token_may_be_a_field_of_the_form(web: Web) -> None:
    browser = await web.sign_in("tongdai")
    token = browser.headers.pop("X-CSRF-Token")
    answer = await browser.post("/presence", data={"state": "ready", "csrf_token": token})
    assert answer.status_code == 303


@pytest.mark.parametrize(
    "header",
    [{"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {"origin": "https://evil.example"}],
)
async def test_another_site_is_refused_even_with_the_token(web: Web, header: dict[str, str]) -> None:
    browser = await web.sign_in("tongdai")
    assert (await browser.post("/presence", data={"state": "ready"}, headers=header)).status_code == 403


async def test_a_bearer_token_needs_no_form_token(web: Web) -> None:
    bearer = {"Authorization": f"Bearer {await web.token('quantri')}"}
    operator = await web.actor("tongdai")
    answer = await web.browser().patch(f"/api/v1/accounts/{operator.id}", json={"active": False}, headers=bearer)
    assert (answer.status_code, answer.json()["active"]) == (200, False)


@pytest.mark.parametrize("address", ["/sign-in", "/khong-co-trang-nay", "/api/v1/khong-co"])
async def test_every_answer_carries_the_security_headers(web: Web, address: str) -> None:
    headers = (await web.browser().get(address)).headers
    policy = headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"


async def test_no_page_needs_an_inline_script(web: Web) -> None:
    browser = await web.sign_in("dieuphoi")
    for address in ("/sign-in", "/desk", "/dispatch", "/tickets", "/account"):
        page = (await browser.get(address)).text
        assert page.count("<script") == page.count("<script defer src=") + page.count('<script type="module" src=')
        assert " onclick=" not in page
        assert " hx-on" not in page


def _add_fault(app: FastAPI) -> None:
    @app.get("/api/v1/fault")
    async def fault() -> None:
        raise RuntimeError("secret detail")

    @app.get("/fault")
    async def page_fault() -> None:
        raise RuntimeError("secret detail")


async def test_an_unexpected_fault_is_a_reference_and_no_detail(web: Web, caplog: pytest.LogCaptureFixture) -> None:
    _add_fault(web.app)
    with caplog.at_level(logging.ERROR):
        program = await web.browser().get("/api/v1/fault")
        person = await web.browser().get("/fault")
    assert (program.status_code, program.json()["code"]) == (500, "unexpected")
    assert person.status_code == 500
    assert "Mã sự cố" in words_of(person)
    assert "secret detail" not in program.text + person.text
    assert "content-security-policy" in person.headers
    assert program.json()["details"]["reference"] in {record.__dict__.get("reference") for record in caplog.records}


async def test_an_enormous_body_is_not_read(web: Web) -> None:
    answer = await web.browser().post("/sign-in", content=b"x" * 1_200_000)
    assert answer.status_code == 413


async def test_an_enormous_body_that_hides_its_length_is_cut_off(web: Web) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(200):
            yield b"username=" + b"x" * 10_000 + b"&"

    headers = {"content-type": "application/x-www-form-urlencoded"}
    answer = await web.browser().post("/sign-in", content=endless(), headers=headers)
    assert answer.status_code == 413


async def test_the_language_is_kept_in_a_cookie(web: Web) -> None:
    browser = web.browser()
    assert "Sign in" in words_of(await browser.get("/sign-in?lang=en"))
    assert "Sign in" in words_of(await browser.get("/sign-in"))
    assert "Đăng nhập" in words_of(await browser.get("/sign-in?lang=vi"))
    assert "Đăng nhập" in words_of(await web.browser().get("/sign-in?lang=xx"))


async def test_an_htmx_request_of_a_lapsed_session_is_led_to_sign_in(web: Web) -> None:
    browser = web.browser()
    browser.cookies.set(SESSION_COOKIE, "gone")
    headers = {"HX-Request": "true", "HX-Current-URL": "http://test/desk?x=1"}
    answer = await browser.get("/desk/queue", headers=headers)
    assert (answer.status_code, answer.headers["hx-redirect"]) == (401, "/sign-in?next=/desk%3Fx%3D1")


@pytest.mark.parametrize(
    "address", ["lib/htmx/htmx-4.min.js", "lib/leaflet/leaflet.js", "web/app.css", "web/js/app.js"]
)
async def test_files_are_kept_for_a_year_under_their_digest(web: Web, address: str) -> None:
    from contact_center.web.assets import asset_url

    answer = await web.browser().get(asset_url(address))
    assert answer.status_code == 200
    assert "immutable" in answer.headers["cache-control"]
    assert "immutable" not in (await web.browser().get(f"/static/{address}")).headers.get("cache-control", "")
