"""Whole talks, written down in ``dialogues/*.yaml`` and played against the real engine and a real database.

A turn states what must be true after it: ``asks`` (the pending question), ``says`` and ``never`` (words), ``first``
(words of the first sentence), ``controller``, ``tickets`` (how many, or their facts in order), ``hangs_up``.
"""

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from contact_center.db import Database
from nlu.engine import Engine
from tests.integration.bot.player import Heard, Player

FOLDER = Path(__file__).parent / "dialogues"
DIALOGUES = [talk for path in sorted(FOLDER.glob("*.yaml")) for talk in yaml.safe_load(path.read_text("utf-8"))]
LONGEST_SMS = 320


@pytest.mark.parametrize("talk", DIALOGUES, ids=[talk["name"] for talk in DIALOGUES])
async def test_a_talk_goes_as_written(talk: dict[str, Any], database: Database, engine: Engine) -> None:
    player = Player(database, engine, talk["channel"])
    said: list[str] = []
    for turn in talk["turns"]:
        if "officer" in turn:
            await player.officer(turn["officer"])
            continue
        heard = await player.says(turn["citizen"], photo=turn.get("photo", False))
        said.append(heard.text)
        check(turn, heard)
        check_manners(heard, talk["channel"])
    await player.close()
    assert re.search(r"tự động|máy trả lời|là máy|the machine|GỌI NGAY|gọi ngay", said[0]), (
        "the first words say it is a machine"
    )
    assert_nothing_is_asked_too_often(player.asked)


def check(turn: dict[str, Any], heard: Heard) -> None:
    context = f"{turn['citizen']!r} -> {heard.text!r} {heard.state.thread} {heard.tickets}"
    if "asks" in turn:
        assert heard.state.ask == turn["asks"], context
    for words in turn.get("says", ()):
        assert words.lower() in heard.text.lower(), context
    for words in turn.get("never", ()):
        assert words.lower() not in heard.text.lower(), context
    for words in turn.get("first", ()):
        assert words in re.split(r"(?<=[.!?])\s", heard.replies[-1])[0], context
    assert heard.controller == turn.get("controller", heard.controller), context
    assert heard.call.get("hang_up", False) == turn.get("hangs_up", False), context
    check_tickets(turn.get("tickets"), heard.tickets, context)


def check_tickets(expected: Any, found: list[dict[str, Any]], context: str) -> None:
    if expected is None:
        return
    if isinstance(expected, int):
        assert len(found) == expected, context
        return
    assert len(found) == len(expected), context
    for wanted, ticket in zip(expected, found, strict=True):
        assert {name: ticket[name] for name in wanted} == wanted, context


def check_manners(heard: Heard, channel: str) -> None:
    """True of every reply: nobody is called bạn, no blank is left open, an SMS stays an SMS."""
    for reply in heard.replies:
        assert not re.search(r"\bbạn\b", reply, re.IGNORECASE), reply
        assert not re.search(r"[{}@]|bot\.", reply), reply
        assert channel != "sms" or len(reply) <= LONGEST_SMS, reply
        assert channel != "voice" or not re.search(r"anh/chị|https?://", reply), reply


def assert_nothing_is_asked_too_often(asked: list[str]) -> None:
    slots = Counter(":".join(entry.split(":")[:3]) for entry in asked if ":report:" in entry)
    assert not [slot for slot, times in slots.items() if times > 3 and not slot.endswith(":confirm")], asked
