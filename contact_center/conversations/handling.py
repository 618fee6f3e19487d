"""What one inbox event does to its conversation. One transaction, given by the caller."""

from channels.contracts import EventKind, InboundEvent
from contact_center.citizens import service as citizens
from contact_center.conversations import service
from contact_center.conversations.events import NOTICE, from_payload
from contact_center.conversations.models import Conversation, InboxEvent, Message
from contact_center.conversations.responder import Responder
from contact_center.db import Transaction
from contact_center.media import service as media

SPEAKING = {EventKind.MESSAGE, EventKind.CALL_STARTED}


async def handle(tx: Transaction, row: InboxEvent, responder: Responder) -> Conversation | None:
    """Handle a claimed inbox row and mark it done. Returns the conversation it belonged to, if any."""
    conversation = await _handle(tx, row, responder)
    row.state = "done"
    row.handled_at = tx.now
    return conversation


async def _handle(tx: Transaction, row: InboxEvent, responder: Responder) -> Conversation | None:
    if row.kind == NOTICE:
        await service.deliver_notice(tx, row.payload)
        return None
    event = from_payload(row.payload)
    if event.kind in SPEAKING:
        return await _converse(tx, row, event, responder)
    if event.kind is EventKind.CALL_ENDED:
        await _end_call(tx, event, responder)
    elif event.kind is EventKind.CONTACT:
        await _remember_contact(tx, event)
    elif event.kind is EventKind.ERASURE:
        await _ask_for_erasure(tx, event)
    elif event.kind is EventKind.AGENT_ECHO:
        await _note_outside_answer(tx, event)
    return None


async def _converse(tx: Transaction, row: InboxEvent, event: InboundEvent, responder: Responder) -> Conversation:
    conversation = await service.find_or_open(tx, event)
    message: Message | None = None
    if event.text or event.attachments or event.location:
        message = await service.record_citizen_message(tx, conversation, event, inbox_seq=row.seq)
        await media.expect(tx, message_id=message.id, attachments=event.attachments)
    if conversation.controller == "bot":
        await responder.respond(tx, conversation, message, event)
    return conversation


async def _end_call(tx: Transaction, event: InboundEvent, responder: Responder) -> None:
    conversation = await service.find_call(tx, event)
    if conversation is not None:
        if conversation.controller != "human":
            await responder.ended(tx, conversation)
        await service.close_call(tx, conversation)


async def _remember_contact(tx: Transaction, event: InboundEvent) -> None:
    """The citizen followed the account or filled in the provider's form: keep name and number, say nothing."""
    citizen = await citizens.find_or_make(tx, kind=service.address_kind(event.channel), value=event.peer)
    await citizens.remember(tx, citizen.id, name=event.data.get("name"))
    phone = event.data.get("phone")
    if phone:
        await citizens.add_address(tx, citizen.id, kind="phone", value=phone)


async def _ask_for_erasure(tx: Transaction, event: InboundEvent) -> None:
    """A data-subject request (Law 91/2025): a person has two working days to answer it, so it goes to the queue."""
    conversation = await service.find_or_open(tx, event)
    await service.add_system_note(tx, conversation, key="erasure_requested")
    await service.hand_to_queue(tx, conversation, reason="erasure_requested")


async def _note_outside_answer(tx: Transaction, event: InboundEvent) -> None:
    """Somebody answered in the provider's own tool: the bot must not talk over them."""
    conversation = await service.find_or_open(tx, event)
    await service.add_system_note(tx, conversation, key="answered_elsewhere", text=event.text)
    await service.hand_to_queue(tx, conversation, reason="answered_elsewhere")
