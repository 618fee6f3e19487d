"""What the desk's screens show, read in a fixed number of queries."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from channels.registry import CAPABILITIES
from contact_center.actors import Actor
from contact_center.bot import ledger
from contact_center.citizens import service as citizens
from contact_center.clock import local
from contact_center.conversations import service as conversations
from contact_center.conversations.service import CallbackRequest, Conversation, Message
from contact_center.db import Transaction
from contact_center.desk import faces
from contact_center.knowledge import service as knowledge
from contact_center.media import service as media
from contact_center.media.service import MediaFile
from contact_center.staff import service as staff
from contact_center.taxonomy import service as taxonomy
from contact_center.tickets import service as tickets
from contact_center.tickets.service import StaffTicket

MESSAGES_SHOWN = 100
TICKETS_SHOWN = 5
ARTICLES_SHOWN = 3
# What the knowledge base is asked: the citizen's last words, not their whole story.
ASKED_MESSAGES = 2
# An article that answers less of the question than this only distracts; a guess below it is noise.
RELEVANT = 0.3
PLAUSIBLE = 0.01


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the desk's list."""

    conversation: Conversation
    name: str
    glyph: str
    last: Message | None


@dataclass(frozen=True, slots=True)
class CallbackRow:
    request: CallbackRequest
    phone: str
    agent_name: str


@dataclass(frozen=True, slots=True)
class Lists:
    waiting: list[Row]
    mine: list[Row]
    callbacks: list[CallbackRow]


async def lists(tx: Transaction, actor: Actor, locale: str) -> Lists:
    waiting = await conversations.queue(tx, actor)
    mine = await conversations.mine(tx, actor)
    shown = [*waiting, *mine]
    people = await citizens.many(tx, [one.citizen_id for one in shown])
    last = await conversations.last_messages(tx, [one.id for one in shown])

    def row(one: Conversation) -> Row:
        name = faces.name_of(one, people.get(one.citizen_id), locale)
        return Row(one, name, faces.GLYPHS.get(one.channel, "·"), last.get(one.id))

    return Lists([row(one) for one in waiting], [row(one) for one in mine], await _callbacks(tx, actor))


async def _callbacks(tx: Transaction, actor: Actor) -> list[CallbackRow]:
    requests = await conversations.callbacks(tx, actor)
    names = await staff.names_of(tx, [one.agent_id for one in requests if one.agent_id])
    return [
        CallbackRow(
            request=one,
            # Whoever took the call needs the number; taking it is in the audit log.
            phone=one.phone if one.agent_id == actor.id else faces.masked_phone(one.phone),
            agent_name=names.get(one.agent_id, "") if one.agent_id and one.agent_id != actor.id else "",
        )
        for one in requests
    ]


@dataclass(frozen=True, slots=True)
class Pane:
    """The conversation in the middle. ``held`` = this agent answers; ``window_shut`` = the channel takes no more."""

    conversation: Conversation
    name: str
    messages: Sequence[Message]
    photos: dict[uuid.UUID, list[MediaFile]]
    agent_names: dict[uuid.UUID, str]
    controller: str
    controller_name: str
    held: bool
    spoken: bool
    window_days: int | None


async def pane(tx: Transaction, actor: Actor, conversation_id: uuid.UUID, locale: str) -> Pane:
    """Raises ``NotFound`` for missing and forbidden alike."""
    conversation = await conversations.get_readable(tx, actor, conversation_id)
    messages = await conversations.messages(tx, conversation.id, limit=MESSAGES_SHOWN, with_notes=True)
    photos = await media.of_messages(tx, [message.id for message in messages])
    agents = {message.agent_id for message in messages if message.agent_id} | {conversation.agent_id}
    names = await staff.names_of(tx, [agent for agent in agents if agent])
    citizen = (await citizens.many(tx, [conversation.citizen_id])).get(conversation.citizen_id)
    held = conversation.controller == "human" and conversation.agent_id == actor.id
    return Pane(
        conversation=conversation,
        name=faces.name_of(conversation, citizen, locale),
        messages=messages,
        photos=photos,
        agent_names=names,
        controller=_controller(conversation, held),
        controller_name=names.get(conversation.agent_id, "") if conversation.agent_id else "",
        held=held,
        spoken=CAPABILITIES[conversation.channel].spoken,
        window_days=_window_shut(tx, conversation, messages),
    )


def _controller(conversation: Conversation, held: bool) -> str:
    if conversation.state == "closed":
        return "closed"
    return "me" if held else conversation.controller


def _window_shut(tx: Transaction, conversation: Conversation, messages: Sequence[Message]) -> int | None:
    """The length of the channel's reply window in days, when it has passed since the citizen's last word."""
    window_s = CAPABILITIES[conversation.channel].reply_window_s
    said = [message.created_at for message in messages if message.author == "citizen"]
    if window_s is None or not said or tx.now - said[-1] <= timedelta(seconds=window_s):
        return None
    return window_s // 86_400


@dataclass(frozen=True, slots=True)
class GuessRow:
    name: str
    code: str
    probability: float


@dataclass(frozen=True, slots=True)
class Side:
    """What is known beside the talk."""

    conversation: Conversation
    name: str
    phones: list[str]
    tickets: list[StaffTicket]
    guesses: list[GuessRow]
    emergency: bool
    articles: list[knowledge.Hit]
    degraded: bool  # the search server is away


async def side(tx: Transaction, actor: Actor, conversation_id: uuid.UUID, locale: str) -> Side:
    conversation = await conversations.get_readable(tx, actor, conversation_id)
    messages = await conversations.messages(tx, conversation.id, limit=MESSAGES_SHOWN)
    said = [message for message in messages if message.author == "citizen"]
    heard = await ledger.heard_in(tx, [message.id for message in said])
    known = await taxonomy.snapshot(tx)
    citizen = (await citizens.many(tx, [conversation.citizen_id])).get(conversation.citizen_id)
    found = {ticket.id: ticket for ticket in await tickets.of_conversation(tx, conversation.id)}
    found |= {ticket.id: ticket for ticket in await tickets.of_citizen(tx, conversation.citizen_id, TICKETS_SHOWN)}
    guesses = [
        GuessRow(known.category(guess.code).name, guess.code, guess.probability)
        for guess in (heard.guesses if heard else ())
        if guess.code in known.by_code and guess.probability >= PLAUSIBLE
    ]
    suggested = await _suggested(tx, actor, [message.text for message in said], guesses)
    return Side(
        conversation=conversation,
        name=faces.name_of(conversation, citizen, locale),
        phones=[faces.masked_phone(phone) for phone in await citizens.phones_of(tx, conversation.citizen_id)],
        tickets=await tickets.staff_views(tx, actor, list(found.values())),
        guesses=guesses,
        emergency=bool(heard and heard.emergency),
        articles=suggested.hits,
        degraded=suggested.degraded,
    )


async def _suggested(
    tx: Transaction, actor: Actor, said: Sequence[str], guesses: Sequence[GuessRow]
) -> knowledge.Looked:
    """Articles for the citizen's last words. A mere "dạ, cảm ơn" asks nothing, so what was suggested before stays; and
    so it does when the last words find nothing that answers them."""
    asking = [words for words in said if knowledge.says_something(words)]
    looked = await _looked(tx, actor, asking[-ASKED_MESSAGES:], guesses)
    return looked if looked.hits else await _looked(tx, actor, asking[:-ASKED_MESSAGES][-ASKED_MESSAGES:], guesses)


async def _looked(tx: Transaction, actor: Actor, words: Sequence[str], guesses: Sequence[GuessRow]) -> knowledge.Looked:
    if not words:
        return knowledge.Looked([], degraded=False)
    looked = await knowledge.look(
        tx,
        " ".join(words),
        at=local(tx.now).date(),
        limit=ARTICLES_SHOWN,
        category=guesses[0].code if guesses else "",
        audience="internal",
        units=await knowledge.unit_codes(tx, actor),
    )
    return knowledge.Looked([hit for hit in looked.hits if hit.coverage >= RELEVANT], looked.degraded)


async def note_used(tx: Transaction, actor: Actor, conversation_id: uuid.UUID, slug: str) -> None:
    """An agent put an article into their own words. Raises ``NotFound``."""
    conversation = await conversations.get_readable(tx, actor, conversation_id)
    article = await knowledge.by_slug(tx, slug, at=local(tx.now).date())
    listener = knowledge.Listener(conversation.channel, conversation.id, conversation.citizen_id)
    await knowledge.note_used(tx, actor, article, listener)


@dataclass(frozen=True, slots=True)
class FormStart:
    """What the form for a ticket begins with: the citizen's words and the machine's best guess."""

    description: str
    category_code: str
    category_name: str
    phone: str
    photos: int


async def form_start(tx: Transaction, shown: Pane) -> FormStart:
    said = [message for message in shown.messages if message.author == "citizen"]
    heard = await ledger.heard_in(tx, [message.id for message in said])
    best = heard.guesses[0] if heard and heard.guesses else None
    known = await taxonomy.snapshot(tx)
    code = best.code if best and best.code in known.by_code else ""
    calls = shown.conversation.channel in faces.PHONE_CHANNELS
    phones = await citizens.phones_of(tx, shown.conversation.citizen_id)
    return FormStart(
        description="\n".join(message.text for message in said if message.text.strip()),
        category_code=code,
        category_name=known.category(code).name if code else "",
        phone=shown.conversation.peer if calls else next(iter(phones), ""),
        photos=sum(len(of_message) for of_message in shown.photos.values()),
    )


async def reveal_phones(tx: Transaction, actor: Actor, conversation_id: uuid.UUID) -> list[str]:
    """The citizen's numbers unmasked; every look is in the audit log."""
    conversation = await conversations.get_readable(tx, actor, conversation_id)
    await staff.audit(tx, actor, action="phone_revealed", subject_kind="conversation", subject_id=conversation.id)
    return await citizens.phones_of(tx, conversation.citizen_id)
