"""From the citizen's words to a ticket: what the report form asks of the rest of the house."""

import asyncio
import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace

from fastapi import UploadFile

from channels import text as texts
from contact_center.actors import Actor, citizen
from contact_center.bot import ledger
from contact_center.citizens import service as citizens
from contact_center.db import Transaction
from contact_center.errors import InvalidInput
from contact_center.media import service as media
from contact_center.media.storage import MediaStorage
from contact_center.portal import drafts
from contact_center.portal.models import ReportDraft
from contact_center.portal.report import LONGEST_TEXT, MOST_PHOTOS, Pin, Step, Told, with_place, with_text
from contact_center.taxonomy import service as taxonomy
from contact_center.tickets import service as tickets
from contact_center.units import service as units
from nlu.engine import Engine
from nlu.understanding import Channel, Understanding

CHANNEL: Channel = "web"
# Written in the ledger beside every guess of the form: a guess is shown, never used unasked.
SHOWN_FROM = 0.0


async def understood(engine: Engine, text: str) -> Understanding:
    """The engine computes for milliseconds: not in the event loop."""
    return await asyncio.to_thread(engine.understand, text, CHANNEL)


def tidy(typed: str, *, one_line: bool = False) -> str:
    """As it may be stored: NFC, without control characters."""
    clean = texts.inbound(typed).text
    return " ".join(clean.split()) if one_line else clean.strip()


@dataclass(frozen=True, slots=True)
class Photos:
    """Those that were kept, and for each that was not (by name) why."""

    kept: tuple[str, ...] = ()
    refused: tuple[tuple[str, str], ...] = ()


async def keep_photos(tx: Transaction, storage: MediaStorage, uploads: Sequence[UploadFile], *, room: int) -> Photos:
    """Store what can be stored: a photo that fails costs neither the words nor the other photos."""
    kept: list[str] = []
    refused: list[tuple[str, str]] = []
    for upload in uploads:
        name = upload.filename or ""
        if len(kept) >= room:
            refused.append((name, "too_many"))
            continue
        try:
            data = await upload.read(media.LARGEST_UPLOAD + 1)
            kept.append(str((await media.store(tx, storage, data=data, name=name)).id))
        except InvalidInput as error:
            refused.append((name, str(error.details.get("photo", "not_a_picture"))))
    return Photos(tuple(kept), tuple(refused))


async def tell_what(tx: Transaction, engine: Engine, told: Told, text: str) -> Told:
    heard = await understood(engine, text)
    return with_text(told, text, heard, await offered(tx))


async def offered(tx: Transaction) -> list[str]:
    """Categories a citizen may be asked about: "I am not sure" stands for the one that is none."""
    known = await taxonomy.snapshot(tx)
    return [category.code for category in known.categories if category.code != taxonomy.FALLBACK_CODE]


async def tell_where(tx: Transaction, engine: Engine, told: Told, *, text: str, pin: Pin | None, chosen: str) -> Told:
    """The place checked against the province's own, past and present names."""
    named = (await understood(engine, f"ở {text}")).unit_candidates() if text else ()
    near = await units.nearest_commune(tx, pin.latitude, pin.longitude) if pin else None
    known = [commune.code for commune in await units.communes(tx)]
    return with_place(
        told, text=text, pin=pin, chosen=chosen, named=named, nearest=near.code if near else "", known=known
    )


async def place_is_needed(tx: Transaction, told: Told) -> bool:
    known = await taxonomy.snapshot(tx)
    category = known.by_code.get(told.category)
    return category.location_required if category else False


def with_photos(told: Told, kept: Sequence[str]) -> Told:
    return replace(told, photos=(*told.photos, *kept))


async def without_photo(tx: Transaction, storage: MediaStorage, told: Told, drop: str) -> Told:
    """The citizen takes a photo out again: it is forgotten at once."""
    if drop not in told.photos:
        return told
    await media.discard(tx, storage, [uuid.UUID(drop)])
    return replace(told, photos=tuple(photo for photo in told.photos if photo != drop))


def with_words_kept(told: Told, text: str) -> Told:
    """Words that were typed but not accepted yet: they stay in the field."""
    return replace(told.unfinished(Step.WHAT), text=text[: 2 * LONGEST_TEXT])


def with_kind(told: Told, category: str) -> Told:
    return replace(told, category=category)


def room_for_photos(told: Told) -> int:
    return MOST_PHOTOS - len(told.photos)


async def send(
    tx: Transaction, engine: Engine, storage: MediaStorage, draft: ReportDraft, told: Told
) -> tickets.Ticket:
    """Open the ticket the draft stands for; a second press finds the first one's."""
    heard = await understood(engine, told.text)
    known = await taxonomy.snapshot(tx)
    actor = await _reporter(tx, draft, told, known)
    ticket = await tickets.open_ticket(tx, actor, _new_ticket(told, actor), idempotency_key=f"report:{_digest(draft)}")
    if ticket.sealed:
        await media.discard(tx, storage, [uuid.UUID(photo) for photo in told.photos])
    else:
        await ledger.record(
            tx,
            understanding=heard,
            threshold=SHOWN_FROM,
            ticket_id=ticket.id,
            decision={"shown": list(told.guesses), "chosen": told.category or None, "by": "citizen"},
        )
    drafts.sent(tx, draft, ticket_link=ticket.link_token)
    return ticket


def _new_ticket(told: Told, actor: Actor) -> tickets.NewTicket:
    return tickets.NewTicket(
        description=told.text,
        channel=CHANNEL,
        case_type=told.case_type,
        category_code=told.category or taxonomy.FALLBACK_CODE,
        urgency=told.urgency or None,
        place_text=told.place_text,
        commune_code=told.commune or None,
        place_candidates=told.candidates,
        latitude=told.latitude,
        longitude=told.longitude,
        citizen_id=actor.id,
        contact_name=told.name or None,
        contact_phone=told.phone or None,
        anonymous=told.anonymous,
        publish_consent=told.publish,
        media_ids=[uuid.UUID(photo) for photo in told.photos],
    )


async def _reporter(tx: Transaction, draft: ReportDraft, told: Told, known: taxonomy.Taxonomy) -> Actor:
    """Somebody new each time: nobody proved that the number they typed is theirs. Who denounces is not written down."""
    category = known.by_code.get(told.category)
    if told.case_type == "to_cao" or (category is not None and category.confidential):
        return citizen(None, CHANNEL)
    person = await citizens.find_or_make(tx, kind="web", value=f"report:{_digest(draft)}", verified=False)
    if told.name:
        await citizens.remember(tx, person.id, name=told.name)
    return citizen(person.id, CHANNEL)


def _digest(draft: ReportDraft) -> str:
    """Names the draft for ever without giving its secret away."""
    return hashlib.sha256(draft.token.encode()).hexdigest()[:32]
