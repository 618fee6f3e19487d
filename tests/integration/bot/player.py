"""Plays a written dialogue against the real house and keeps what it needs to be judged by."""

import uuid
from dataclasses import dataclass, field
from typing import Any

from channels.contracts import InboundAttachment
from contact_center.actors import Actor, Role
from contact_center.bot.state import State, from_json
from contact_center.conversations import repository
from contact_center.conversations import service as conversations
from contact_center.db import Database
from contact_center.replay import CitizenTurn, Replay
from contact_center.tickets import service as tickets
from contact_center.tickets.service import Action
from nlu.engine import Engine


@dataclass(slots=True)
class Heard:
    """What came back after one turn."""

    replies: list[str]
    controller: str
    tickets: list[dict[str, Any]]
    state: State
    call: dict[str, Any] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return "\n".join(self.replies)


class Player:
    def __init__(self, database: Database, engine: Engine, channel: str) -> None:
        self._database = database
        self._replay = Replay(database, engine)
        self._channel = channel
        self._ticket_ids: list[uuid.UUID] = []
        self.asked: list[str] = []

    async def says(self, text: str, *, photo: bool = False) -> Heard:
        """The citizen's turn, with {code} and {ticket_id} standing for their last ticket."""
        text = await self._filled(text)
        turn = CitizenTurn("talk", self._channel, text)  # type: ignore[arg-type]
        attachments = (InboundAttachment(kind="image", url="https://photo.zadn.vn/1.jpg"),) if photo else ()
        result = await self._replay.play(turn, attachments=attachments)
        state, call = await self._remembered(turn)
        if state.ask and state.ask != "menu":
            self.asked.append(f"{len(state.tickets)}:{state.flow}:{state.ask}:{state.thread.asked.count(state.ask)}")
        return Heard(result["replies"], result["controller"], result["tickets"], state, call)

    async def officer(self, text: str) -> None:
        """The responsible unit takes the last ticket and reports it done."""
        async with self._database.transaction() as tx:
            ticket = await tickets.get_readable(tx, Actor(kind="system"), self._ticket_ids[-1])
            officer = Actor(kind="staff", id=uuid.uuid4(), role=Role.OFFICER, unit_id=ticket.unit_id)
            taken = await tickets.act(tx, officer, ticket.id, Action.ACCEPT, version=ticket.version)
            await tickets.act(tx, officer, ticket.id, Action.RESOLVE, version=taken.version, text=text)

    async def _filled(self, text: str) -> str:
        if "{" not in text:
            return text
        async with self._database.transaction() as tx:
            ticket = await tickets.get_readable(tx, Actor(kind="system"), self._ticket_ids[-1])
            return text.format(code=ticket.code, ticket_id=ticket.id)

    async def _remembered(self, turn: CitizenTurn) -> tuple[State, dict[str, Any]]:
        async with self._database.transaction() as tx:
            conversation = await repository.find_latest(tx, turn.channel, self._replay.thread_of(turn))
            assert conversation is not None
            state = from_json(conversation.bot_state)
            opened = await tickets.of_conversation(tx, conversation.id)
            self._ticket_ids = [ticket.id for ticket in opened]
            said = await conversations.messages(tx, conversation.id)
            directions = [message.data.get("call", {}) for message in said if message.author == "bot"]
            return state, directions[-1] if directions else {}

    async def close(self) -> None:
        await self._replay.close()
