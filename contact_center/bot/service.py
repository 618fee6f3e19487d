"""The bot: reads a turn, lets the flows decide, has it carried out, and says the outcome in the channel's words.

State lives in the conversation's row, which the caller holds locked; the whole turn is one transaction, so a turn
that fails leaves no trace and the dispatcher tries again, or gives the talk to a person.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from channels.contracts import Button, EventKind, InboundEvent
from channels.registry import CAPABILITIES
from contact_center.bot import abandoned, effects, ledger, matters, prompts, reading
from contact_center.bot.address import DEFAULT, honorific_of
from contact_center.bot.aftermath import carry_on
from contact_center.bot.decisions import Decision, Facts, ForgetWords, HandOver, Line, Spot, Turn
from contact_center.bot.dialogue import decide
from contact_center.bot.engine_host import EngineHost
from contact_center.bot.knowing import Knowing
from contact_center.bot.models import Prediction
from contact_center.bot.prompts import Voice
from contact_center.bot.state import Option, State, from_json, to_json
from contact_center.bot.summary import summary_of
from contact_center.citizens import service as citizens
from contact_center.conversations import service as conversations
from contact_center.db import Transaction
from contact_center.settings import get_settings
from contact_center.units import service as units
from nlu.engine import Engine
from nlu.understanding import Channel, Understanding

MOST_STEPS = 8
"""Effects and second matters one turn may lead to; more would be a loop."""

MATTER_WORDS = 3
"""Words beside a phone number that make the message more than an answer to "your number?"."""

KEYS_FOR = {"code": 9, "confirm": 1, "choose": 1, "which": 1, "change": 1, "ongoing": 1, "rating": 1, "reopen": 1,
            "file": 1, "withdraw": 1, "menu": 1, "article": 1, "more": 1, "": 1}  # fmt: skip
"""How many keys end the listening at once; without a number the caller ends with # or by waiting."""

_KEYS = re.compile(r"[0-9*#]+")


@dataclass(slots=True)
class _Talk:
    """A turn as it unfolds."""

    scene: effects.Scene
    state: State
    said: list[Line]
    hand_over: str = ""
    summary: str = ""
    hang_up: bool = False
    forgets: bool = False


class Bot:
    """Implements ``conversations.responder.Responder``."""

    def __init__(self, engine: Engine, *, province: str | None = None, threshold: float = 0.0) -> None:
        self._engine = EngineHost(engine, threshold=threshold)
        self._knowing = Knowing()
        self._province = province or get_settings().province_name

    async def respond(
        self,
        tx: Transaction,
        conversation: conversations.Conversation,
        message: conversations.Message | None,
        event: InboundEvent,
    ) -> None:
        """Answer one event. See ``Responder.respond``."""
        epoch = conversation.controller_epoch
        with tx.session.no_autoflush:  # what was just said is not asked for: it is written together with the answer
            facts = await self._knowing.facts(tx, conversation)
            honorific = await self._honorific(tx, conversation, event.text)
        state = from_json(conversation.bot_state)
        if reading.is_english(event.text):
            conversation.locale = "en"
        turn = await self._turn(tx, state, message, event, facts)
        scene = effects.Scene(tx, conversation, message, facts)
        self._record(scene, turn)
        talk = await self._unfold(scene, state, turn)
        await self._speak(talk, Voice(conversation.channel, honorific, conversation.locale, self._province), epoch)
        await _write_ledger(talk)

    async def ended(self, tx: Transaction, conversation: conversations.Conversation) -> None:
        """The caller hung up in the middle: see ``Responder.ended``."""
        await abandoned.keep(tx, conversation)

    # --- reading the turn -----------------------------------------------------------------------------------------

    async def _turn(
        self, tx: Transaction, state: State, message: conversations.Message | None, event: InboundEvent, facts: Facts
    ) -> Turn:
        digits = _keys_of(event, facts)
        text = "" if digits else event.text.strip()
        photo = str(message.id) if message is not None and _has_photo(event) else ""
        turn = await self._understood(text, facts, state)
        return replace(
            turn,
            digits=digits,
            message=str(message.id) if message is not None else "",
            photo=photo,
            spot=await _spot(tx, event),
            started=event.kind is EventKind.CALL_STARTED,
            silence=event.kind is EventKind.MESSAGE and not (text or digits or photo or event.location),
        )

    async def _understood(self, text: str, facts: Facts, state: State) -> Turn:
        """The text, its first matter understood, its second kept for later."""
        channel = cast("Channel", facts.channel)
        whole = await self._engine.understand(text, channel)
        phones = [entity.text for entity in whole.entities if entity.kind == "phone"]
        said = matters.without_phone(text, phones)
        if phones and len(said.split()) >= MATTER_WORDS and not whole.emergency:
            whole = replace(await self._engine.understand(said, channel), entities=whole.entities, text=text)
        first, rest, heard = await self._first_matter(text, whole, channel)
        together = None
        if state.flow == "report" and state.report.what and first:
            together = await self._engine.understand(f"{state.report.what}. {first}", channel)
        return Turn(text=first, heard=heard, together=together, rest=rest)

    async def _first_matter(self, text: str, whole: Understanding, channel: Channel) -> tuple[str, str, Understanding]:
        """The first matter, what is left for later, and the understanding of the first."""
        for split, needs_places in ((matters.split, False), (matters.split_at_and, True)):
            first, rest = split(text)
            if not rest:
                continue
            heard = await self._engine.understand(first, channel)
            second = await self._engine.understand(rest, channel)
            if needs_places and not (heard.places and second.places):
                continue
            if _are_two_matters(heard, second, whole):
                # A number told at the end belongs to both.
                return first, rest, replace(heard, entities=whole.entities)
        return text, "", whole

    async def _honorific(self, tx: Transaction, conversation: conversations.Conversation, text: str) -> str:
        """How they want to be addressed, as they showed it now or earlier."""
        citizen = await citizens.get(tx, conversation.citizen_id)
        shown = honorific_of(text) if text else None
        if shown and shown != citizen.honorific:
            await citizens.remember(tx, citizen.id, honorific=shown)
        return shown or citizen.honorific or DEFAULT

    # --- deciding and doing ---------------------------------------------------------------------------------------

    async def _unfold(self, scene: effects.Scene, state: State, turn: Turn) -> _Talk:
        talk = _Talk(scene, state, [])
        decision = decide(state, turn, scene.facts)
        for _ in range(MOST_STEPS):
            talk.said.extend(decision.say)
            talk.hang_up = talk.hang_up or decision.hang_up
            following = await self._follow(talk, decision)
            if following is None:
                break
            decision = following
        else:
            raise RuntimeError("the dialogue went round in circles")
        talk.state = decision.state
        return talk

    async def _follow(self, talk: _Talk, decision: Decision) -> Decision | None:
        """What the decision leads to: its effect's outcome, or words left over to take up."""
        facts = talk.scene.facts
        if decision.effect is not None:
            if isinstance(decision.effect, HandOver):
                talk.hand_over = decision.effect.reason
                talk.summary = summary_of(decision.state, decision.effect.reason, facts)
            talk.forgets = talk.forgets or isinstance(decision.effect, ForgetWords)
            outcome = await effects.perform(talk.scene, decision.effect)
            return carry_on(decision.state, decision.effect, outcome, facts)
        if decision.again:
            again = await self._understood(decision.again, facts, decision.state)
            message = talk.scene.message
            self._record(talk.scene, again)
            again = replace(again, message=str(message.id) if message else "", taken_up=True)
            return decide(decision.state, again, facts)
        return None

    def _record(self, scene: effects.Scene, turn: Turn) -> None:
        """One ledger row for each understanding of a message, made before anything is decided on it."""
        message = scene.message
        if message is None or not turn.text:
            return
        scene.understood.append(
            ledger.entry(
                scene.tx,
                understanding=turn.together or turn.heard,
                threshold=self._engine.threshold,
                message_id=message.id,
                inbox_seq=message.inbox_seq,
            )
        )

    # --- speaking -------------------------------------------------------------------------------------------------

    async def _speak(self, talk: _Talk, voice: Voice, epoch: int) -> None:
        tx, conversation = talk.scene.tx, talk.scene.conversation
        talk.state = _labelled(talk.state, voice)
        text = self._words(talk, voice)
        if text:
            options = talk.state.thread.options
            talk.state = replace(talk.state, told_machine=True, last_said=text)
        conversation.bot_state = to_json(talk.state)  # before the words: one write for both
        if text:
            await conversations.say(
                tx, conversation, text=text, buttons=_buttons(options, voice), data=_directions(talk), epoch=epoch
            )
        if talk.hand_over:
            await conversations.add_system_note(tx, conversation, key="summary", text=talk.summary)
            await conversations.hand_to_queue(tx, conversation, reason=talk.hand_over)

    def _words(self, talk: _Talk, voice: Voice) -> str:
        lines = talk.said
        if not lines:
            return ""
        greeted = any(line.key.startswith(("greeting.", "emergency.")) for line in lines)
        if not talk.state.told_machine and not greeted:
            lines = [Line("greeting.prefix"), *lines]
        return prompts.render(lines, talk.state.thread.options, voice)


async def _write_ledger(talk: _Talk) -> None:
    """What was understood and what came of it; of a denunciation the ledger keeps no guesses and no words."""
    await talk.scene.tx.session.flush()  # the messages, which the ledger's rows name
    rows = talk.scene.understood
    for row in rows[:1]:
        row.decision = {
            "did": _did(talk, row),
            "flow": talk.state.flow,
            "ask": talk.state.ask,
            "hand_over": talk.hand_over,
        }
    for row in rows if talk.forgets else ():
        row.categories = []
    talk.scene.tx.session.add_all(rows)


def _did(talk: _Talk, row: Prediction) -> str:
    """What came of it in one word: sealed, handed_over, routed (a ticket was opened), asked, answered."""
    if talk.forgets:
        return "sealed"
    if talk.hand_over:
        return "handed_over"
    if row.ticket_id is not None:
        return "routed"
    return "asked" if talk.state.ask else "answered"


def _keys_of(event: InboundEvent, facts: Facts) -> str:
    """Keys pressed on a phone; on a call a text of nothing but keys counts as pressed."""
    pressed = str(event.data.get("digits") or "")
    text = event.text.strip()
    if not pressed and facts.spoken and _KEYS.fullmatch(text):
        pressed = text
    return pressed.rstrip("#")


def _has_photo(event: InboundEvent) -> bool:
    return any(attachment.kind == "image" for attachment in event.attachments)


async def _spot(tx: Transaction, event: InboundEvent) -> Spot | None:
    if event.location is None:
        return None
    latitude, longitude = event.location.latitude, event.location.longitude
    commune = await units.nearest_commune(tx, latitude, longitude)
    return Spot(latitude, longitude, event.location.label, commune.code if commune else "")


def _are_two_matters(first: Understanding, second: Understanding, whole: Understanding) -> bool:
    """Both parts stand for themselves, on different things, and no danger is torn apart."""
    if whole.emergency or first.emergency or second.emergency:
        return False
    standing = {"bao_su_viec", "hoi_thu_tuc", "tra_cuu"}
    if first.intent not in standing or second.intent not in standing:
        return False
    if first.intent == second.intent == "bao_su_viec":
        return first.category is not None and second.category is not None and first.category != second.category
    return first.intent != second.intent or first.category != second.category


def _labelled(state: State, voice: Voice) -> State:
    options = prompts.with_labels(state.thread.options, voice)
    return replace(state, thread=replace(state.thread, options=options))


def _buttons(options: Sequence[Option], voice: Voice) -> list[Button]:
    most = CAPABILITIES[voice.channel].buttons
    return [Button(title=option.label, payload=option.label) for option in options[:most]]


def _directions(talk: _Talk) -> dict[str, Any]:
    """What the phone should listen for next."""
    if not talk.scene.facts.spoken:
        return {}
    call: dict[str, Any] = {"expect": "any", "hang_up": talk.hang_up}
    if talk.state.ask in KEYS_FOR:
        call["num_digits"] = KEYS_FOR[talk.state.ask]
    return {"call": call}
