"""The JSON API as a program meets it: permissions at every door, errors as {code, message, details}."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import pytest
import pytest_asyncio
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from redis.asyncio import Redis

from contact_center.db import Database
from contact_center.province.accounts import SAMPLE_PASSWORD
from contact_center.settings import Settings
from contact_center.staff import service as staff
from contact_center.taxonomy import routes as taxonomy_routes
from contact_center.taxonomy.service import DEFAULT_FILE
from contact_center.tickets import routes as ticket_routes
from contact_center.tickets import service as tickets
from contact_center.tickets.models import Ticket
from contact_center.units import routes as unit_routes
from contact_center.web import errors
from contact_center.web.security import RateLimiter
from nlu.understanding import Channel, Ranked, Understanding
from tests.integration.tickets.people import open_street_light, resolved, unit_id

HEARD = Understanding(
    text="",
    intent="bao_su_viec",
    intents=(),
    case_type="phan_anh",
    case_types=(),
    category="HT-01",
    categories=(Ranked("HT-01", 0.9),),
    abstained=False,
    emergency=False,
    emergency_number=None,
    emergency_ask=False,
    urgency="thuong",
    legal_track="ordinary",
)


@dataclass
class Listener:
    """An engine that understands everything in one way, so that a test says what was understood."""

    heard: Understanding = HEARD

    def understand(self, text: str, channel: Channel) -> Understanding:
        return replace(self.heard, text=text)


@dataclass
class Api:
    client: AsyncClient
    database: Database
    listener: Listener

    async def signed_in(self, username: str) -> dict[str, str]:
        async with self.database.transaction() as tx:
            session = await staff.sign_in(
                tx, username=username, password=SAMPLE_PASSWORD, address="127.0.0.1", user_agent="test"
            )
        assert session is not None
        return {"Authorization": f"Bearer {session[0]}"}

    async def street_light(self, *, done: bool = False) -> Ticket:
        async with self.database.transaction() as tx:
            ticket = await open_street_light(tx)
            return await resolved(tx, ticket) if done else ticket


@pytest_asyncio.fixture
async def api(database: Database, redis: Redis) -> AsyncIterator[Api]:
    app, listener = FastAPI(), Listener()
    app.state.database, app.state.redis, app.state.engine = database, redis, listener
    app.state.settings, app.state.rate_limiter = Settings(), RateLimiter(redis)
    errors.install(app)
    for router in (ticket_routes.router, unit_routes.router, taxonomy_routes.router):
        app.include_router(router)
    async with AsyncClient(transport=ASGITransport(app), base_url="http://test") as client:
        yield Api(client, database, listener)


STAFF_DOORS = [
    ("GET", "/api/v1/tickets"),
    ("GET", "/api/v1/tickets/dispatch"),
    ("GET", "/api/v1/tickets/{id}"),
    ("GET", "/api/v1/tickets/{id}/events"),
    ("GET", "/api/v1/tickets/{id}/suggestions"),
    ("POST", "/api/v1/tickets/{id}/actions"),
    ("POST", "/api/v1/tickets/{id}/contact"),
    ("GET", "/api/v1/units"),
    ("PUT", "/api/v1/taxonomy"),
]


async def test_every_door_of_staff_is_closed_to_strangers(api: Api) -> None:
    ticket = await api.street_light()
    for method, path in STAFF_DOORS:
        body = {"action": "accept", "version": 1} if path.endswith("actions") else None
        answer = await api.client.request(method, path.format(id=ticket.id), json=body)
        assert answer.status_code == 401, path
        assert answer.json()["code"] == "not_signed_in"


@pytest.mark.parametrize(
    ("username", "statuses"),
    [
        ("tongdai", [200, 200, 200, 200, 200, 403, 200, 200, 403]),
        ("dieuphoi", [200, 200, 200, 200, 200, 403, 200, 200, 403]),
        ("giamsat", [200, 200, 200, 200, 200, 403, 200, 200, 403]),
        ("chieusang", [200, 403, 200, 200, 403, 200, 403, 200, 403]),
        ("so-xd", [200, 403, 404, 404, 403, 404, 403, 200, 403]),
        ("quantri", [403, 403, 403, 403, 403, 403, 403, 200, 422]),
    ],
)
async def test_each_role_passes_only_its_own_doors(api: Api, username: str, statuses: list[int]) -> None:
    ticket = await api.street_light()
    headers = await api.signed_in(username)
    answered = []
    for method, path in STAFF_DOORS:
        body = {"action": "accept", "version": 1} if path.endswith("actions") else None
        content = "version: ''" if path.endswith("taxonomy") else None
        answer = await api.client.request(
            method, path.format(id=ticket.id), json=body, content=content, headers=headers
        )
        answered.append(answer.status_code)
    assert answered == statuses


async def test_an_officer_accepts_and_resolves_and_never_sees_who_reported(api: Api) -> None:
    ticket = await api.street_light()
    headers = await api.signed_in("chieusang")
    (listed,) = (await api.client.get("/api/v1/tickets", headers=headers)).json()
    assert (listed["contact_name"], listed["contact_phone"]) == (None, None)
    path = f"/api/v1/tickets/{ticket.id}/actions"
    accepted = await api.client.post(path, json={"action": "accept", "version": 1}, headers=headers)
    assert accepted.json()["actions"] == ["return", "resolve", "note"]
    done = await api.client.post(
        path, json={"action": "resolve", "version": 2, "text": "Đã thay bóng"}, headers=headers
    )
    assert (done.status_code, done.json()["state"]) == (200, "resolved")


async def test_a_returned_ticket_is_gone_from_the_officer_and_at_the_dispatcher(api: Api) -> None:
    ticket = await api.street_light()
    async with api.database.transaction() as tx:
        right_unit = str(await unit_id(tx, "ubnd-28261"))
    returned = await api.client.post(
        f"/api/v1/tickets/{ticket.id}/actions",
        json={"action": "return", "version": 1, "text": "Của phường", "reason": "other_unit", "unit_id": right_unit},
        headers=await api.signed_in("chieusang"),
    )
    assert (returned.status_code, returned.json()) == (200, None)
    headers = await api.signed_in("dieuphoi")
    (item,) = (await api.client.get("/api/v1/tickets/dispatch", headers=headers)).json()
    assert (item["returned_text"], item["suggested_unit_id"]) == ("Của phường", right_unit)
    routed = await api.client.post(
        f"/api/v1/tickets/{ticket.id}/actions",
        json={"action": "route", "version": 2, "unit_id": right_unit},
        headers=headers,
    )
    assert (routed.status_code, routed.json()["unit_code"]) == (200, "ubnd-28261")


async def test_errors_have_code_message_and_details(api: Api) -> None:
    ticket = await api.street_light()
    headers = await api.signed_in("chieusang")
    path = f"/api/v1/tickets/{ticket.id}/actions"
    stale = await api.client.post(path, json={"action": "accept", "version": 7}, headers=headers)
    assert (stale.status_code, stale.json()["code"], stale.json()["details"]["version"]) == (409, "conflict", 1)
    early = await api.client.post(path, json={"action": "resolve", "version": 1, "text": "x"}, headers=headers)
    assert (early.status_code, early.json()["code"]) == (409, "transition_not_allowed")
    assert early.json()["details"]["allowed"] == ["accept", "return", "note"]
    assert "tải lại trang" in early.json()["message"]
    empty = await api.client.post(path, json={"action": "return", "version": 1}, headers=headers)
    assert (empty.status_code, empty.json()["details"]) == (422, {"text": "required", "reason": "required"})
    odd = await api.client.post(path, json={"action": "fly", "version": 1}, headers=headers)
    assert odd.status_code == 422


REPORT = {
    "description": "Đèn đường tắt",
    "place_text": "hẻm 12",
    "commune_code": "28261",
    "contact_phone": "0912345678",
}
KEY = {"Idempotency-Key": "0193f3c8-1c5e"}


async def test_a_citizens_report_is_understood_routed_and_followed_by_its_link(api: Api) -> None:
    opened = await api.client.post("/api/v1/reports", json=REPORT, headers=KEY)
    assert opened.status_code == 201
    answer = opened.json()
    assert (answer["state"], answer["unit_name"]) == ("routed", "Đơn vị quản lý chiếu sáng công cộng")
    token = answer["link"].rsplit("/", 1)[-1]
    seen = (await api.client.get(f"/api/v1/links/{token}")).json()
    assert [event["action"] for event in seen["events"]] == ["open", "route"]
    assert "0912345678" not in str(seen)


async def test_a_report_sent_twice_opens_one_ticket_and_a_borrowed_key_is_refused(api: Api) -> None:
    first = await api.client.post("/api/v1/reports", json=REPORT, headers=KEY)
    again = await api.client.post("/api/v1/reports", json=REPORT, headers=KEY)
    assert first.json() == again.json()
    other = await api.client.post("/api/v1/reports", json=REPORT | {"description": "Khác"}, headers=KEY)
    assert (other.status_code, other.json()["code"]) == (409, "conflict")
    without = await api.client.post("/api/v1/reports", json=REPORT)
    assert without.status_code == 422


async def test_a_report_of_danger_answers_with_the_number_to_call(api: Api) -> None:
    api.listener.heard = replace(HEARD, category="AN-02", emergency=True, emergency_number="114", urgency="khan")
    opened = await api.client.post("/api/v1/reports", json=REPORT | {"description": "Nhà đang cháy"}, headers=KEY)
    assert opened.json()["emergency_number"] == "114"


async def test_a_denunciation_over_the_api_is_sealed(api: Api) -> None:
    api.listener.heard = replace(HEARD, category="CB-02", case_type="to_cao", legal_track="seal")
    opened = await api.client.post("/api/v1/reports", json=REPORT | {"description": "Ông A nhận tiền"}, headers=KEY)
    again = await api.client.post("/api/v1/reports", json=REPORT | {"description": "Ông A nhận tiền"}, headers=KEY)
    assert opened.json()["state"] == "redirected"
    assert opened.json() == again.json()
    token = opened.json()["link"].rsplit("/", 1)[-1]
    assert "Ông A" not in (await api.client.get(f"/api/v1/links/{token}")).text


@pytest.mark.parametrize(
    "changes",
    [
        {"description": ""},
        {"description": "x" * 10_001},
        {"latitude": 91},
        {"latitude": 10.3},
        {"contact_phone": "không có"},
        {"commune_code": "99999"},
        {"category_code": "ZZ-01"},
        {"state": "closed"},
    ],
)
async def test_a_report_that_makes_no_sense_is_refused(api: Api, changes: dict[str, object]) -> None:
    answer = await api.client.post("/api/v1/reports", json=REPORT | changes, headers=KEY)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")


async def test_a_code_is_looked_up_with_the_end_of_its_phone_and_guessing_is_slow(api: Api) -> None:
    ticket = await api.street_light()
    found = await api.client.get(f"/api/v1/reports/{ticket.code}", params={"phone_end": "5678"})
    assert found.json()["code"] == ticket.code
    wrong = await api.client.get(f"/api/v1/reports/{ticket.code}", params={"phone_end": "0000"})
    missing = await api.client.get("/api/v1/reports/123456788", params={"phone_end": "5678"})
    assert wrong.json() == missing.json()
    statuses = [
        (await api.client.get(f"/api/v1/reports/{ticket.code}", params={"phone_end": "5678"})).status_code
        for _ in range(10)
    ]
    assert 429 in statuses


async def test_the_link_rates_and_reopens(api: Api) -> None:
    ticket = await api.street_light(done=True)
    path = f"/api/v1/links/{ticket.link_token}/actions"
    rated = await api.client.post(path, json={"action": "rate", "rating": "unsatisfied"})
    assert (rated.json()["state"], rated.json()["actions"]) == ("closed", ["reopen"])
    reopened = await api.client.post(path, json={"action": "reopen", "text": "Đèn vẫn tắt"})
    assert reopened.json()["state"] == "routed"
    assert reopened.json()["events"][-1]["text"] == "Đèn vẫn tắt"
    assert (await api.client.post(path, json={"action": "accept"})).status_code == 422
    assert (await api.client.post("/api/v1/links/nothing/actions", json={"action": "withdraw"})).status_code == 404


async def test_the_open_lists_need_no_account(api: Api) -> None:
    communes = (await api.client.get("/api/v1/communes")).json()
    assert len(communes) == 102
    near = await api.client.get("/api/v1/communes/nearest", params={"lat": 10.35, "lon": 106.37})
    assert near.json()["full_name"] == "Phường Mỹ Tho"
    far = await api.client.get("/api/v1/communes/nearest", params={"lat": 21, "lon": 105})
    assert (far.status_code, far.json()["code"]) == (404, "not_found")
    assert len((await api.client.get("/api/v1/taxonomy")).json()["categories"]) == 91
    assert any(day["kind"] == "working" for day in (await api.client.get("/api/v1/calendar")).json())


async def test_an_administrator_replaces_the_taxonomy_and_is_shown_every_fault(api: Api) -> None:
    headers = await api.signed_in("quantri") | {"Content-Type": "application/yaml"}
    text = DEFAULT_FILE.read_text(encoding="utf-8")
    broken = await api.client.put(
        "/api/v1/taxonomy", content=text.replace("urgency: khan", "urgency: gap").encode(), headers=headers
    )
    assert (broken.status_code, broken.json()["code"]) == (422, "taxonomy_refused")
    assert broken.json()["details"]["count"] == 10
    assert all(problem["line"] > 300 for problem in broken.json()["details"]["problems"])
    newer = text.replace("version: '2026-11-21'", "version: '2027-01-01'").encode()
    replaced = await api.client.put("/api/v1/taxonomy", content=newer, headers=headers)
    assert replaced.json() == {
        "version": "2027-01-01",
        "fields": 19,
        "categories": 91,
        "departments": 42,
        "changed": True,
    }


async def test_the_description_of_the_api_has_an_example_for_each_body(api: Api) -> None:
    described = (await api.client.get("/openapi.json")).json()
    for name in ("ActionRequest", "CitizenActionRequest", "ReportCreate", "TicketRead", "PublicTicketRead"):
        assert described["components"]["schemas"][name]["examples"], name


async def test_the_service_agrees_with_what_the_api_promises(api: Api) -> None:
    ticket = await api.street_light()
    headers = await api.signed_in("dieuphoi")
    shown = (await api.client.get(f"/api/v1/tickets/{ticket.id}", headers=headers)).json()
    async with api.database.transaction() as tx:
        view = await tickets.public_view(tx, ticket)
    assert shown["code"] == view.code
    assert shown["actions"] == ["reroute", "redirect", "add_information", "note", "correct_category", "correct_place"]
