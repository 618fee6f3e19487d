"""Carries out what a flow decided, through the other features' services, and says what came of it."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from contact_center import actors
from contact_center.actors import Actor
from contact_center.bot import ledger
from contact_center.bot.decisions import (
    AddInformation,
    Answered,
    ArticleFact,
    Done,
    Effect,
    Facts,
    ForgetWords,
    Forgotten,
    Found,
    HandedOver,
    HandOver,
    Locate,
    LookUp,
    NotDone,
    Noted,
    NoteHelped,
    NoteUnanswered,
    Opened,
    OpenTicket,
    Outcome,
    Rate,
    Reopen,
    Search,
    TicketFact,
    Withdraw,
)
from contact_center.bot.models import Prediction
from contact_center.bot.state import Option, Report
from contact_center.citizens import service as citizens
from contact_center.clock import local
from contact_center.conversations import service as conversations
from contact_center.db import Transaction
from contact_center.errors import DomainError
from contact_center.i18n import translate
from contact_center.knowledge import service as knowledge
from contact_center.media import service as media
from contact_center.staff import service as staff
from contact_center.tickets import service as tickets
from contact_center.tickets.service import Action, Ticket
from contact_center.units import service as units

TICKETS_TOLD = 5


@dataclass(frozen=True, slots=True)
class Scene:
    """Where an effect takes place."""

    tx: Transaction
    conversation: conversations.Conversation
    message: conversations.Message | None
    facts: Facts
    understood: list[Prediction] = field(default_factory=list)  # this turn's rows of the ledger, not yet written

    @property
    def bot(self) -> Actor:
        return replace(actors.BOT, channel=self.conversation.channel)

    @property
    def citizen(self) -> Actor:
        return actors.citizen(self.conversation.citizen_id, self.conversation.channel)


async def perform(scene: Scene, effect: Effect) -> Outcome:  # noqa: PLR0911 - one line for each kind of effect
    match effect:
        case OpenTicket():
            return await _open(scene, effect.report)
        case LookUp():
            return await _look_up(scene, effect.code)
        case Search():
            return await _search(scene, effect)
        case NoteHelped():
            return await _note_helped(scene, effect)
        case NoteUnanswered():
            return await _note_unanswered(scene, effect)
        case HandOver():
            return HandedOver(agents_ready=await staff.ready_agents(scene.tx) > 0)
        case Rate():
            return await _change(scene, effect.ticket_id, Action.RATE, text=effect.text, rating=effect.rating)
        case Reopen():
            return await _change(scene, effect.ticket_id, Action.REOPEN, text=effect.text or "…")
        case AddInformation():
            return await _add(scene, effect)
        case Locate():
            return await _locate(scene, effect)
        case Withdraw():
            return await _change(scene, effect.ticket_id, Action.WITHDRAW)
        case ForgetWords():
            return await _forget(scene)


async def _forget(scene: Scene) -> Forgotten:
    if scene.message is not None:
        await conversations.forget_words(scene.tx, scene.message)
    await knowledge.forget_unanswered(scene.tx, [scene.conversation.id])
    return Forgotten()


# --- tickets ------------------------------------------------------------------------------------------------------


async def _open(scene: Scene, report: Report) -> Opened:
    tx, conversation = scene.tx, scene.conversation
    ticket = await tickets.open_ticket(tx, scene.bot, new_ticket(report, conversation))
    await media.attach_from_messages(tx, _ids(report.photos), ticket_id=ticket.id)
    if not ticket.sealed:
        await _remember(scene, report)
        await _attach_understanding(scene, _ids(report.messages), ticket.id)
    return Opened(await fact_of(tx, ticket))


async def _attach_understanding(scene: Scene, messages: list[uuid.UUID], ticket_id: uuid.UUID) -> None:
    """What was understood of the matter's messages led to this ticket: this turn's rows, and those of earlier turns."""
    now = scene.message.id if scene.message is not None else None
    for row in scene.understood:
        if row.ticket_id is None and row.message_id in messages:
            row.ticket_id = ticket_id
    await ledger.attach_all(scene.tx, [message for message in messages if message != now], ticket_id)


def new_ticket(report: Report, conversation: conversations.Conversation) -> tickets.NewTicket:
    """The report as the tickets' service takes it. A denunciation brings nothing but its kind."""
    sealed = report.case_type == "to_cao"
    return tickets.NewTicket(
        description=report.what.strip() or translate(f"bot.described.{'sealed' if sealed else 'photo_only'}"),
        channel=conversation.channel,
        case_type=report.case_type or "phan_anh",
        category_code=report.category,
        urgency=report.urgency or None,
        place_text=report.place,
        commune_code=report.commune or None,
        place_candidates=report.candidates,
        latitude=report.latitude,
        longitude=report.longitude,
        occurred_text=report.when,
        citizen_id=None if sealed else conversation.citizen_id,
        conversation_id=None if sealed else conversation.id,
        contact_phone=report.phone or None,
        anonymous=report.anonymous or sealed,
    )


def _ids(texts: Sequence[str]) -> list[uuid.UUID]:
    return [uuid.UUID(text) for text in texts]


async def _remember(scene: Scene, report: Report) -> None:
    """A number given in this talk is theirs for the next one too."""
    if report.phone and report.phone != scene.facts.phone and not report.anonymous:
        await citizens.add_address(scene.tx, scene.conversation.citizen_id, kind="phone", value=report.phone)


async def _look_up(scene: Scene, code: str) -> Found:
    tx, facts = scene.tx, scene.facts
    if code:
        ticket = await tickets.by_code(tx, code)
        return Found(await facts_of(tx, [ticket] if ticket else []))
    found = list(await tickets.of_citizen(tx, scene.conversation.citizen_id, limit=TICKETS_TOLD))
    if facts.phone and facts.own_number:
        known = {ticket.id for ticket in found}
        by_phone = await tickets.by_phone(tx, facts.phone, limit=TICKETS_TOLD)
        found += [ticket for ticket in by_phone if ticket.id not in known]
    newest = sorted(found, key=lambda ticket: ticket.created_at, reverse=True)[:TICKETS_TOLD]
    return Found(await facts_of(tx, newest))


async def _change(
    scene: Scene, ticket_id: str, action: Action, *, text: str = "", rating: str | None = None
) -> Outcome:
    """One step of the workflow in the citizen's name. What the rules refuse is an answer, not a failure."""
    tx = scene.tx
    try:
        async with tx.session.begin_nested():
            seen = await tickets.get_readable(tx, scene.bot, uuid.UUID(ticket_id))
            ticket = await tickets.act(
                tx, scene.citizen, seen.id, action, version=seen.version, text=text, rating=rating
            )
    except DomainError as error:
        return NotDone(error.code)
    return Done(await fact_of(tx, ticket))


async def _add(scene: Scene, effect: AddInformation) -> Outcome:
    tx, ticket_id = scene.tx, uuid.UUID(effect.ticket_id)
    text = effect.text.strip() or translate("bot.described.photo_only")
    try:
        async with tx.session.begin_nested():
            ticket = await tickets.add_information(tx, scene.bot, ticket_id, text)
    except DomainError as error:
        return NotDone(error.code)
    if effect.photo:
        await media.attach_from_messages(tx, [uuid.UUID(effect.photo)], ticket_id=ticket_id)
    return Done(await fact_of(tx, ticket))


async def _locate(scene: Scene, effect: Locate) -> Outcome:
    tx, report = scene.tx, effect.report
    place = tickets.PlaceTold(
        report.place, report.commune or None, report.candidates, report.latitude, report.longitude
    )
    try:
        async with tx.session.begin_nested():
            ticket = await tickets.locate(tx, scene.bot, uuid.UUID(effect.ticket_id), effect.text.strip(), place)
    except DomainError as error:
        return NotDone(error.code)
    return Done(await fact_of(tx, ticket))


async def fact_of(tx: Transaction, ticket: Ticket) -> TicketFact:
    return (await facts_of(tx, [ticket]))[0]


async def facts_of(tx: Transaction, found: Sequence[Ticket]) -> tuple[TicketFact, ...]:
    """Tickets as the citizen may hear of them, with the names of their units, in one query."""
    if not found:
        return ()
    names = await units.units_by_id(tx, [ticket.unit_id for ticket in found if ticket.unit_id is not None])
    return tuple(
        TicketFact(
            id=str(ticket.id),
            code=ticket.code,
            state=ticket.state,
            category=ticket.category_code,
            unit=names[ticket.unit_id].name if ticket.unit_id in names else "",
            unit_short=names[ticket.unit_id].short_name if ticket.unit_id in names else "",
            due_at=ticket.due_at,
            resolution=ticket.resolution or "",
            sealed=ticket.sealed,
        )
        for ticket in found
    )


# --- knowledge ----------------------------------------------------------------------------------------------------


async def _search(scene: Scene, effect: Search) -> Answered:
    """The best article for the question, or those one question must tell apart."""
    tx = scene.tx
    asking = knowledge.Asking(
        effect.text,
        at=local(tx.now).date(),
        categories=dict(effect.categories) or None,
        about=effect.article,
        places=effect.places,
    )
    if effect.chosen:
        answer = await knowledge.chosen(tx, effect.chosen, asking)
    else:
        found = await knowledge.answer(tx, asking)
        if isinstance(found, knowledge.Between):
            choices = tuple(Option(choice.label, choice.slug) for choice in found.choices)
            return Answered(None, choices, found.about)
        answer = found
    if answer is None:
        return Answered(None)
    if not answer.silent:
        await knowledge.note_told(tx, answer, _listener(scene))
    return Answered(_article_fact(answer))


def _article_fact(answer: knowledge.Answer) -> ArticleFact:
    article = answer.article
    return ArticleFact(
        slug=article.slug,
        title=article.title,
        answer=answer.text,
        spoken=answer.spoken,
        sms=answer.sms,
        source=article.source,
        sample=article.sample,
        valid_from=article.valid_from,
        link=knowledge.link_of(article),
        part=answer.part,
        papers=tuple(article.papers),
        more=answer.more,
        silent=answer.silent,
    )


def _listener(scene: Scene) -> knowledge.Listener:
    conversation = scene.conversation
    return knowledge.Listener(conversation.channel, conversation.id, conversation.citizen_id)


async def _note_helped(scene: Scene, effect: NoteHelped) -> Noted:
    await knowledge.note_helped(scene.tx, scene.conversation.id, helped=effect.helped)
    return Noted()


async def _note_unanswered(scene: Scene, effect: NoteUnanswered) -> Noted:
    tx, conversation = scene.tx, scene.conversation
    name = (await citizens.get(tx, conversation.citizen_id)).display_name
    await knowledge.note_unanswered(
        tx,
        effect.question,
        conversation_id=conversation.id,
        channel=conversation.channel,
        offered=effect.offered,
        names=(name,) if name else (),
    )
    return Noted()
