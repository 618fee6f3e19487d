"""``contact-center replay``: a line in, a line out, whatever the line holds."""

import io
import json
from typing import Any

import pytest

from contact_center import replay
from nlu.engine import Engine


async def played(lines: list[str], url: str, engine: Engine) -> list[dict[str, Any]]:
    out = io.StringIO()
    await replay.answer(lines, out, url, engine)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def turn(conversation: str, channel: str, text: str) -> str:
    return json.dumps({"conversation": conversation, "channel": channel, "text": text})


async def test_a_turn_prints_replies_controller_and_tickets(database_url: str, engine: Engine) -> None:
    line = turn("a", "sms", "den duong hem 12 Ly Thuong Kiet phuong Dao Thanh tat ca tuan nay")
    [answer] = await played([line], database_url, engine)
    assert set(answer) == {"conversation", "replies", "controller", "tickets"}
    [ticket] = answer["tickets"]
    assert ticket | {"code": ""} == {
        "code": "",
        "category": "HT-01",
        "unit": "dv-chieu-sang",
        "place": "28249",
        "state": "routed",
    }


async def test_conversations_are_kept_apart(database_url: str, engine: Engine) -> None:
    lines = [
        turn("a", "zalo", "đèn đường tắt mấy bữa nay"),
        turn("b", "zalo", "chào em"),
        turn("a", "zalo", "đường Lý Thường Kiệt phường Đạo Thạnh"),
    ]
    answers = await played(lines, database_url, engine)
    assert [answer["conversation"] for answer in answers] == ["a", "b", "a"]
    assert "số điện thoại" in answers[2]["replies"][0]


async def test_a_call_begins_with_the_greeting(database_url: str, engine: Engine) -> None:
    [answer] = await played([turn("a", "voice", "0")], database_url, engine)
    assert answer["replies"][0].startswith("Khẩn cấp")
    assert answer["controller"] == "queue"


async def test_two_runs_on_one_database_do_not_meet(database_url: str, engine: Engine) -> None:
    line = turn("a", "sms", "phieu cua toi toi dau roi")
    await played([turn("a", "sms", "o ga duong Ap Bac phuong Dao Thanh nguy hiem")], database_url, engine)
    [answer] = await played([line], database_url, engine)
    assert answer["tickets"] == []


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("not json", "bad_json"),
        ("[1]", "bad_json"),
        ('{"conversation": "a", "text": 5}', "bad_text"),
        ('{"conversation": "a", "channel": "fax", "text": "x"}', "bad_channel"),
        ('{"channel": "sms", "text": "x"}', "bad_conversation"),
        ("[" * 100_000, "bad_json"),
    ],
)
def test_a_line_that_is_no_turn_is_an_error_object(line: str, code: str) -> None:
    with pytest.raises(replay.BadTurn) as bad:
        replay.parse(line)
    assert bad.value.code == code


async def test_a_bad_line_does_not_stop_the_others(database_url: str, engine: Engine) -> None:
    answers = await played(["nonsense\n", "\n", turn("a", "web", "chào em")], database_url, engine)
    assert [answer.get("error", {}).get("line") for answer in answers] == [1, None]


ODD = ["", "   ", "😀😀😀", "a" * 10_000, "\x00\x01", "Ð̶́ường hư", "<script>alert(1)</script>", "' or 1=1 --", "0" * 400]


@pytest.mark.parametrize("channel", ["sms", "zalo", "web", "voice"])
async def test_odd_texts_have_an_answer_on_every_channel(channel: str, database_url: str, engine: Engine) -> None:
    answers = await played([turn(str(n), channel, text) for n, text in enumerate(ODD)], database_url, engine)
    assert [bool(answer["replies"]) or answer["controller"] != "bot" for answer in answers] == [True] * len(ODD)
