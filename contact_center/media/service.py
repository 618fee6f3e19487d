"""Photos of citizens and officers, and documents of articles: stored, attached, fetched later, and shown to those who
may see them."""

import asyncio
import uuid
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Literal

from sqlalchemy import ColumnElement, and_, delete, func, select, update

from channels.contracts import InboundAttachment
from contact_center.db import Transaction, new_id
from contact_center.errors import InvalidInput, NotFound
from contact_center.media import documents
from contact_center.media.images import normalise
from contact_center.media.models import MediaFile
from contact_center.media.storage import MediaStorage

__all__ = [
    "LARGEST_UPLOAD",
    "MOST_PER_MESSAGE",
    "UNATTACHED_FOR",
    "Audience",
    "MediaFile",
    "attach",
    "attach_from_messages",
    "claim_pending",
    "discard",
    "expect",
    "fetched",
    "forget_ticket",
    "get",
    "give_up",
    "of_article",
    "of_messages",
    "of_ticket",
    "store",
    "store_for_article",
    "sweep_unattached",
    "take_off_article",
]

Audience = Literal["citizen", "result", "internal"]

LARGEST_UPLOAD = 10_000_000
MOST_PER_MESSAGE = 10
# An upload nobody attached to anything is shown to nobody and swept away after this: longer than a draft lives.
UNATTACHED_FOR = timedelta(days=2)
MOST_SWEPT = 200


async def store(
    tx: Transaction,
    storage: MediaStorage,
    *,
    data: bytes,
    name: str = "",
    audience: Audience = "citizen",
    message_id: uuid.UUID | None = None,
    ticket_id: uuid.UUID | None = None,
) -> MediaFile:
    """Check, clean and keep a photo. Raises ``InvalidInput`` naming what is wrong with it."""
    media = await _kept_photo(tx, storage, data, name)
    media.audience, media.message_id, media.ticket_id = audience, message_id, ticket_id
    await tx.session.flush()
    return media


async def store_for_article(
    tx: Transaction,
    storage: MediaStorage,
    article_id: uuid.UUID,
    *,
    data: bytes,
    name: str = "",
    audience: Audience = "result",
) -> MediaFile:
    """A picture, or a document to download. Raises ``InvalidInput`` naming what is wrong with it."""
    keep = _kept_document if documents.is_document(data) else _kept_photo
    media = await keep(tx, storage, data, name)
    media.audience, media.article_id = audience, article_id
    await tx.session.flush()
    return media


async def _kept_photo(tx: Transaction, storage: MediaStorage, data: bytes, name: str) -> MediaFile:
    if len(data) > LARGEST_UPLOAD:
        raise InvalidInput(photo="too_large")
    picture = await asyncio.to_thread(normalise, data)
    sha256 = await _write(tx, storage, picture.data, picture.thumbnail)
    media = _stored(tx, sha256, picture.media_type, len(picture.data), name)
    media.width, media.height = picture.width, picture.height
    return media


async def _kept_document(tx: Transaction, storage: MediaStorage, data: bytes, name: str) -> MediaFile:
    if len(data) > LARGEST_UPLOAD:
        raise InvalidInput(file="too_large")
    media_type = await asyncio.to_thread(documents.media_type_of, data)
    sha256 = await _write(tx, storage, data)
    return _stored(tx, sha256, media_type, len(data), documents.named(name, media_type))


def _stored(tx: Transaction, sha256: str, media_type: str, size: int, name: str) -> MediaFile:
    media = MediaFile(
        id=new_id(),
        state="stored",
        sha256=sha256,
        media_type=media_type,
        size=size,
        original_name=Path(name).name[:120] or None,
        available_at=tx.now,
        created_at=tx.now,
        audience="citizen",
    )
    tx.session.add(media)
    return media


async def expect(tx: Transaction, *, message_id: uuid.UUID, attachments: Sequence[InboundAttachment]) -> None:
    """Attach to a message what came with it: our own uploads at once, a provider's files once they are fetched."""
    pictures = [item for item in attachments if item.kind == "image"][:MOST_PER_MESSAGE]
    ours = [uuid.UUID(item.media_id) for item in pictures if item.media_id]
    if ours:
        await tx.session.execute(
            update(MediaFile).where(MediaFile.id.in_(ours), _unattached()).values(message_id=message_id)
        )
    for item in pictures:
        if item.url and not item.media_id:
            tx.session.add(
                MediaFile(
                    id=new_id(),
                    state="pending",
                    source_url=item.url,
                    original_name=item.name or None,
                    available_at=tx.now,
                    created_at=tx.now,
                    message_id=message_id,
                    audience="citizen",
                )
            )


def _unattached() -> ColumnElement[bool]:
    return and_(MediaFile.message_id.is_(None), MediaFile.ticket_id.is_(None), MediaFile.article_id.is_(None))


async def attach(
    tx: Transaction,
    media_ids: Sequence[uuid.UUID],
    *,
    ticket_id: uuid.UUID,
    ticket_event_id: uuid.UUID | None = None,
    audience: Audience = "citizen",
) -> None:
    """Put uploads nobody has used yet on a ticket. Raises ``NotFound`` when one of them is not to be had."""
    if not media_ids:
        return
    taken = await tx.session.scalars(
        update(MediaFile)
        .where(MediaFile.id.in_(media_ids), _unattached())
        .values(ticket_id=ticket_id, ticket_event_id=ticket_event_id, audience=audience)
        .returning(MediaFile.id)
    )
    if len(taken.all()) != len(set(media_ids)):
        raise NotFound(what="photo")


async def attach_from_messages(tx: Transaction, message_ids: Sequence[uuid.UUID], *, ticket_id: uuid.UUID) -> None:
    """The photos of these messages belong to the ticket too."""
    if message_ids:
        await tx.session.execute(
            update(MediaFile)
            .where(MediaFile.message_id.in_(message_ids), MediaFile.ticket_id.is_(None))
            .values(ticket_id=ticket_id)
        )


async def of_messages(tx: Transaction, message_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[MediaFile]]:
    """Photos by message, in one query."""
    found: dict[uuid.UUID, list[MediaFile]] = {}
    if message_ids:
        rows = await tx.session.scalars(
            select(MediaFile).where(MediaFile.message_id.in_(message_ids)).order_by(MediaFile.created_at)
        )
        for media in rows:
            if media.message_id is not None:
                found.setdefault(media.message_id, []).append(media)
    return found


async def of_ticket(
    tx: Transaction, ticket_id: uuid.UUID, *, audiences: Sequence[Audience] = ("citizen", "result", "internal")
) -> Sequence[MediaFile]:
    rows = await tx.session.scalars(
        select(MediaFile)
        .where(MediaFile.ticket_id == ticket_id, MediaFile.audience.in_(audiences), MediaFile.state == "stored")
        .order_by(MediaFile.created_at)
    )
    return rows.all()


async def of_article(
    tx: Transaction, article_id: uuid.UUID, *, audiences: Sequence[Audience] = ("result", "internal")
) -> Sequence[MediaFile]:
    """Pictures and documents of an article: ``result`` for everybody, ``internal`` for those who answer."""
    rows = await tx.session.scalars(
        select(MediaFile)
        .where(MediaFile.article_id == article_id, MediaFile.audience.in_(audiences), MediaFile.state == "stored")
        .order_by(MediaFile.created_at)
    )
    return rows.all()


async def take_off_article(tx: Transaction, article_id: uuid.UUID, media_id: uuid.UUID) -> None:
    """It is shown nowhere any more, and swept away in its time. Raises ``NotFound``."""
    taken = await tx.session.scalar(
        update(MediaFile)
        .where(MediaFile.id == media_id, MediaFile.article_id == article_id)
        .values(article_id=None)
        .returning(MediaFile.id)
    )
    if taken is None:
        raise NotFound(what="photo")


async def get(tx: Transaction, media_id: uuid.UUID) -> MediaFile:
    media = await tx.session.get(MediaFile, media_id)
    if media is None or media.state != "stored":
        raise NotFound(what="photo")
    return media


async def discard(tx: Transaction, storage: MediaStorage, media_ids: Sequence[uuid.UUID]) -> None:
    """Forget uploads nothing uses, bytes and all: the citizen took them out, or the law wants nothing kept."""
    if not media_ids:
        return
    await _forget(tx, storage, and_(MediaFile.id.in_(media_ids), _unattached()))


async def forget_ticket(tx: Transaction, ticket_id: uuid.UUID) -> None:
    """Nobody sees what came with this ticket any more, and the next sweep takes the bytes: the law on denunciations
    wants nothing kept here."""
    await tx.session.execute(
        update(MediaFile)
        .where(MediaFile.ticket_id == ticket_id)
        .values(ticket_id=None, ticket_event_id=None, message_id=None, created_at=tx.now - UNATTACHED_FOR)
    )


async def _forget(tx: Transaction, storage: MediaStorage, which: ColumnElement[bool]) -> int:
    """Rows, and the bytes no other row needs. Returns how many rows."""
    gone = (await tx.session.scalars(delete(MediaFile).where(which).returning(MediaFile.sha256))).all()
    for digest in sorted({digest for digest in gone if digest}):
        await _hold(tx, digest)
        still_used = await tx.session.scalar(select(MediaFile.id).where(MediaFile.sha256 == digest).limit(1))
        if still_used is None:
            await asyncio.to_thread(storage.remove, digest)
    return len(gone)


async def _write(tx: Transaction, storage: MediaStorage, data: bytes, thumbnail: bytes = b"") -> str:
    sha256 = storage.digest(data)
    await _hold(tx, sha256)
    await asyncio.to_thread(storage.write, data, thumbnail)
    return sha256


async def _hold(tx: Transaction, sha256: str) -> None:
    """Until the end of the transaction nobody else writes or removes these bytes: the same photo, sent again while its
    first copy is being forgotten, stays whole."""
    await tx.session.execute(select(func.pg_advisory_xact_lock(int(sha256[:15], 16))))


# --- what a provider keeps for us ---------------------------------------------------------------------------------


async def claim_pending(tx: Transaction, *, lease: timedelta) -> MediaFile | None:
    """The next file to fetch; it comes up again after ``lease`` if the fetcher dies."""
    media = await tx.session.scalar(
        select(MediaFile)
        .where(MediaFile.state == "pending", MediaFile.available_at <= tx.now)
        .order_by(MediaFile.available_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if media is not None:
        media.attempts += 1
        media.available_at = tx.now + lease
    return media


async def fetched(tx: Transaction, storage: MediaStorage, media_id: uuid.UUID, data: bytes) -> None:
    """The bytes are here. Raises ``InvalidInput`` when they are no picture."""
    picture = await asyncio.to_thread(normalise, data)
    sha256 = await _write(tx, storage, picture.data, picture.thumbnail)
    await tx.session.execute(
        update(MediaFile)
        .where(MediaFile.id == media_id)
        .values(
            state="stored",
            sha256=sha256,
            media_type=picture.media_type,
            size=len(picture.data),
            width=picture.width,
            height=picture.height,
        )
    )


async def give_up(tx: Transaction, media_id: uuid.UUID) -> None:
    await tx.session.execute(update(MediaFile).where(MediaFile.id == media_id).values(state="failed"))


async def sweep_unattached(tx: Transaction, storage: MediaStorage) -> int:
    """Forget uploads nobody attached to anything. Returns how many."""
    old = select(MediaFile.id).where(MediaFile.created_at <= tx.now - UNATTACHED_FOR, _unattached()).limit(MOST_SWEPT)
    return await _forget(tx, storage, MediaFile.id.in_(old))
