"""An agent's whole turn over JSON, and what the API tells people about itself."""

import re

from tests.support.web import Web, words_of


async def test_an_agent_takes_over_answers_and_gives_back(web: Web) -> None:
    waiting = await web.waiting("cho tôi gặp người")
    agent = await web.sign_in("tongdai")
    [first] = (await agent.get("/api/v1/conversations/queue")).json()
    assert (first["id"], first["controller"]) == (str(waiting.id), "queue")
    address = f"/api/v1/conversations/{waiting.id}"
    assert (await agent.post(f"{address}/take-over")).json()["controller"] == "human"
    reply = {"text": "Dạ em nghe đây ạ", "client_id": "r1"}
    first_try = await agent.post(f"{address}/replies", json=reply)
    second_try = await agent.post(f"{address}/replies", json=reply)
    assert first_try.status_code == 201
    assert first_try.json()["id"] == second_try.json()["id"]
    lines = (await agent.get(f"{address}/messages")).json()
    assert [(line["author"], line["text"]) for line in lines] == [
        ("citizen", "cho tôi gặp người"),
        ("agent", "Dạ em nghe đây ạ"),
    ]
    assert (await agent.post(f"{address}/release")).json()["controller"] == "bot"


async def test_the_second_agent_hears_that_somebody_was_quicker(web: Web) -> None:
    waiting = await web.waiting()
    quick, slow = await web.sign_in("tongdai"), await web.sign_in("giamsat")
    await quick.post(f"/api/v1/conversations/{waiting.id}/take-over")
    answer = await slow.post(f"/api/v1/conversations/{waiting.id}/take-over")
    assert answer.status_code == 409
    assert answer.json()["code"] == "conflict"
    assert answer.json()["details"]["reason"] == "taken"


async def test_an_agent_who_does_not_hold_it_cannot_answer(web: Web) -> None:
    waiting = await web.waiting()
    agent = await web.sign_in("tongdai")
    answer = await agent.post(f"/api/v1/conversations/{waiting.id}/replies", json={"text": "Dạ"})
    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")


async def test_the_api_page_shows_every_call_without_anything_from_elsewhere(web: Web) -> None:
    page = await web.browser().get("/api/docs")
    assert page.status_code == 200
    assert "POST /api/v1/reports" in words_of(page)
    assert "/api/v1/conversations/queue" in words_of(page)
    assert not re.findall(r"""(?:src|href)=["']?(?:https?:)?//""", page.text)


async def test_every_error_of_the_api_has_a_code_a_message_and_details(web: Web) -> None:
    stranger = web.browser()
    for answer in (
        await stranger.get("/api/v1/conversations/queue"),
        await stranger.get("/api/v1/nothing-here"),
        await stranger.post("/api/v1/session", json={"username": 5}),
    ):
        assert set(answer.json()) == {"code", "message", "details"}, answer.text
