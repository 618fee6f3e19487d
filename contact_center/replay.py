"""``contact-center replay``: a citizen's turns in, what the hotline does with them out, one JSON object a line.

In: ``{"conversation", "channel", "text"}``. Out: ``{"conversation", "replies", "controller", "tickets"}``, where each
ticket is ``{code, category, unit, place, state}``: ``unit`` is the responsible unit's code or null, ``place`` the
commune's code when it is certain, else the citizen's words. ``tickets`` lists all of the conversation's so far.

Every turn goes the way of a real one: inbox, dispatcher, bot, database. Without ``DATABASE_URL`` the database is one
of its own, thrown away at the end. A line that is no turn gives ``{"conversation", "error": {code, message, line}}``.
"""

import asyncio
import json
import logging
import os
import sys
import tempfile
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TextIO, get_args

from channels.contracts import ChannelName, EventKind, InboundAttachment, InboundEvent
from contact_center.bot.service import Bot
from contact_center.conversations import repository
from contact_center.conversations import service as conversations
from contact_center.conversations.dispatcher import MOST_TRIES, Dispatcher
from contact_center.conversations.intake import DatabaseIntake
from contact_center.db import Database, Transaction
from contact_center.embedded import EmbeddedServerError, PostgresServer
from contact_center.prepare import prepare
from contact_center.tickets import service as tickets
from contact_center.units import service as units
from nlu.engine import EmbeddedEngine, Engine

PORT = 23000
CHANNELS = get_args(ChannelName)
KEYS = set("0123456789*#")
RETRY_AFTER_S = 0.25  # the dispatcher takes a failed event up again after a fifth of a second


class BadTurn(ValueError):
    """A line that is no turn; ``code`` says why."""

    def __init__(self, code: str, message: str, conversation: object = None) -> None:
        super().__init__(message)
        self.code = code
        self.conversation = conversation


@dataclass(frozen=True, slots=True)
class CitizenTurn:
    conversation: str
    channel: ChannelName
    text: str


@dataclass(slots=True)
class _Talk:
    """What replay remembers of one conversation between its turns."""

    peer: str
    thread: str
    turns: int = 0
    heard: dict[uuid.UUID, int] = field(default_factory=dict)  # the last message printed, by conversation row


def parse(line: str) -> CitizenTurn:
    """Raises ``BadTurn``."""
    try:
        raw = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadTurn("bad_json", f"not a JSON object: {error}") from error
    if not isinstance(raw, dict):
        raise BadTurn("bad_json", "not a JSON object")
    name, channel, text = raw.get("conversation"), raw.get("channel", "web"), raw.get("text")
    if not isinstance(name, str | int) or isinstance(name, bool):
        raise BadTurn("bad_conversation", "`conversation` must be a string or a number")
    if channel not in CHANNELS:
        raise BadTurn("bad_channel", f"`channel` must be one of {', '.join(CHANNELS)}", name)
    if not isinstance(text, str):
        raise BadTurn("bad_text", "`text` must be a string", name)
    return CitizenTurn(str(name), channel, text)


class Replay:
    """Plays turns against a database that already holds a province."""

    def __init__(self, database: Database, engine: Engine) -> None:
        self._database = database
        self._intake = DatabaseIntake(database)
        self.bot = Bot(engine)
        self._dispatcher = Dispatcher(database, self.bot)
        self._talks: dict[tuple[str, str], _Talk] = {}
        # Another run on the same database must not meet this run's callers.
        self._run = uuid.uuid4().hex[:12]

    async def play(self, turn: CitizenTurn, *, attachments: tuple[InboundAttachment, ...] = ()) -> dict[str, Any]:
        """One turn through the whole house; returns the object to print."""
        talk = self._talk(turn)
        if turn.channel == "voice" and talk.turns == 0:
            await self._handle(self._event(turn, talk, EventKind.CALL_STARTED))
        talk.turns += 1
        await self._handle(replace(self._event(turn, talk, EventKind.MESSAGE), attachments=attachments))
        async with self._database.transaction() as tx:
            return await self._report(tx, turn, talk)

    def _talk(self, turn: CitizenTurn) -> _Talk:
        key = (turn.channel, turn.conversation)
        if key not in self._talks:
            number = len(self._talks)
            phone = f"+849{(int(self._run[:8], 16) + number) % 100_000_000:08d}"
            name = phone if turn.channel in {"voice", "sms"} else f"{self._run}-{number}"
            thread = f"{self._run}-{number}" if turn.channel == "voice" else name
            self._talks[key] = _Talk(peer=name, thread=thread)
        return self._talks[key]

    def _event(self, turn: CitizenTurn, talk: _Talk, kind: EventKind) -> InboundEvent:
        text = turn.text if kind is EventKind.MESSAGE else ""
        data: dict[str, Any] = {}
        if turn.channel == "voice" and kind is EventKind.MESSAGE:
            pressed = text.strip()
            data = {"digits": pressed} if pressed and set(pressed) <= KEYS else {}
            data = data or ({} if pressed else {"silence": True})
        return InboundEvent(
            channel=turn.channel,
            event_id=f"replay:{self._run}:{talk.thread}:{talk.turns}:{kind}",
            kind=kind,
            peer=talk.peer,
            thread=talk.thread,
            text=text,
            data=data,
        )

    def thread_of(self, turn: CitizenTurn) -> str:
        """The thread its conversation runs in."""
        return self._talk(turn).thread

    async def _handle(self, event: InboundEvent) -> None:
        """Accept the event and wait until it is handled, by the bot or, where the bot fails, without it."""
        await self._intake.accept(event)
        for _ in range(MOST_TRIES + 1):
            while await self._dispatcher.handle_next():
                continue
            async with self._database.transaction() as tx:
                row = await repository.lock_inbox(tx, event.channel, event.event_id)
                if row is None or row.state != "new":
                    return
            await asyncio.sleep(RETRY_AFTER_S)

    async def _report(self, tx: Transaction, turn: CitizenTurn, talk: _Talk) -> dict[str, Any]:
        conversation = await repository.find_latest(tx, turn.channel, talk.thread)
        if conversation is None:
            return {"conversation": turn.conversation, "replies": [], "controller": "bot", "tickets": []}
        after = talk.heard.get(conversation.id, 0)
        said = await conversations.messages(tx, conversation.id, after_seq=after)
        talk.heard[conversation.id] = conversation.last_seq
        return {
            "conversation": turn.conversation,
            "replies": [message.text for message in said if message.author in {"bot", "agent", "system"}],
            "controller": conversation.controller,
            "tickets": await _tickets(tx, conversation.bot_state, conversation.id),
        }

    async def close(self) -> None:
        await self._intake.close()


async def _tickets(tx: Transaction, bot_state: dict[str, Any], conversation_id: uuid.UUID) -> list[dict[str, Any]]:
    """The conversation's tickets, oldest first. A sealed stub is tied to no conversation; the bot knows its code."""
    found = list(await tickets.of_conversation(tx, conversation_id))
    known = {ticket.code for ticket in found}
    for opened in bot_state.get("tickets", []):
        stub = None if opened["code"] in known else await tickets.by_code(tx, opened["code"])
        found += [stub] if stub is not None else []
    names = await units.units_by_id(tx, [ticket.unit_id for ticket in found if ticket.unit_id is not None])
    return [
        {
            "code": ticket.code,
            "category": ticket.category_code,
            "unit": names[ticket.unit_id].code if ticket.unit_id in names else None,
            "place": ticket.commune_code or ticket.place_text,
            "state": ticket.state,
        }
        for ticket in sorted(found, key=lambda ticket: ticket.created_at)
    ]


# --- the command --------------------------------------------------------------------------------------------------


@contextmanager
def a_database() -> Iterator[str]:
    """The address of a database with a province in it: the one configured, or one that goes away afterwards."""
    configured = os.environ.get("DATABASE_URL", "")
    if configured:
        prepare(configured)
        yield configured
        return
    with tempfile.TemporaryDirectory(prefix="contact-center-replay-") as folder:
        server = PostgresServer(Path(folder) / "postgresql", port=PORT, durable=False)
        with server:
            prepare(server.url)
            yield server.url


async def answer(lines: Iterable[str], stdout: TextIO, database_url: str, engine: Engine) -> None:
    """Read every line in order and print one object for each; empty lines are passed over."""
    database = Database(database_url)
    replay = Replay(database, engine)
    try:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                result = await _answered(replay, line, number)
                stdout.write(json.dumps(result, ensure_ascii=False) + "\n")
                stdout.flush()
    finally:
        await replay.close()
        await database.close()


async def _answered(replay: Replay, line: str, number: int) -> dict[str, Any]:
    try:
        return await replay.play(parse(line))
    except BadTurn as error:
        fault = {"code": error.code, "message": str(error), "line": number}
        return {"conversation": error.conversation, "error": fault}


def main(stdin: TextIO | None = None, stdout: TextIO | None = None) -> int:
    """``contact-center replay``. Everything but the answers goes to standard error."""
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING)
    try:
        with a_database() as url:
            engine = EmbeddedEngine.load()
            asyncio.run(answer(stdin or sys.stdin, stdout or sys.stdout, url, engine))
    except EmbeddedServerError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
