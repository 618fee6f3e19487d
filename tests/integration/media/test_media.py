"""Photos in the database and on disk, and those a provider still holds."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from channels.contracts import InboundAttachment
from contact_center.conversations import service as conversations
from contact_center.db import Database, Transaction
from contact_center.errors import InvalidInput, NotFound
from contact_center.media import service
from contact_center.media.fetching import MOST_TRIES, MediaFetcher
from contact_center.media.models import MediaFile
from contact_center.media.storage import MediaStorage
from contact_center.settings import Settings
from tests.integration.conversations.people import sms
from tests.support.pictures import photo


@pytest.fixture
def storage(tmp_path: Path) -> MediaStorage:
    return MediaStorage(tmp_path)


async def message_of(tx: Transaction) -> uuid.UUID:
    event = sms("gửi hình", event_id="SM1")
    conversation = await conversations.find_or_open(tx, event)
    return (await conversations.record_citizen_message(tx, conversation, event, inbox_seq=None)).id


def files_below(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


async def test_the_same_photo_sent_twice_is_kept_once(
    empty_tx: Transaction, storage: MediaStorage, tmp_path: Path
) -> None:
    first = await service.store(empty_tx, storage, data=photo(), name="ong-nuoc.jpg")
    second = await service.store(empty_tx, storage, data=photo(), name="lai-lan-nua.jpg")
    assert first.sha256 == second.sha256
    assert first.id != second.id
    assert files_below(tmp_path) == [first.sha256, f"{first.sha256}.thumbnail"]


async def test_a_name_with_folders_in_it_is_only_a_name(empty_tx: Transaction, storage: MediaStorage) -> None:
    media = await service.store(empty_tx, storage, data=photo(), name="../../etc/hình ảnh.jpg")
    assert media.original_name == "hình ảnh.jpg"


async def test_a_file_over_the_limit_is_refused_before_it_is_opened(
    empty_tx: Transaction, storage: MediaStorage
) -> None:
    with pytest.raises(InvalidInput) as refused:
        await service.store(empty_tx, storage, data=b"\0" * (service.LARGEST_UPLOAD + 1))
    assert refused.value.details == {"photo": "too_large"}


async def test_an_upload_belongs_to_the_first_message_that_names_it(
    empty_tx: Transaction, storage: MediaStorage
) -> None:
    media = await service.store(empty_tx, storage, data=photo())
    message_id = await message_of(empty_tx)
    ours = (InboundAttachment(kind="image", media_id=str(media.id)),)
    await service.expect(empty_tx, message_id=message_id, attachments=ours)
    await service.expect(empty_tx, message_id=message_id, attachments=ours)
    assert [kept.id for kept in (await service.of_messages(empty_tx, [message_id]))[message_id]] == [media.id]


async def test_a_photo_already_used_cannot_be_put_on_a_ticket(empty_tx: Transaction, storage: MediaStorage) -> None:
    media = await service.store(empty_tx, storage, data=photo())
    await service.expect(
        empty_tx,
        message_id=await message_of(empty_tx),
        attachments=(InboundAttachment(kind="image", media_id=str(media.id)),),
    )
    with pytest.raises(NotFound):
        await service.attach(empty_tx, [media.id], ticket_id=uuid.uuid4())


async def test_more_photos_than_a_message_may_have_are_left_out(empty_tx: Transaction) -> None:
    message_id = await message_of(empty_tx)
    many = tuple(InboundAttachment(kind="image", url=f"https://zadn.vn/{n}.jpg") for n in range(30))
    await service.expect(empty_tx, message_id=message_id, attachments=many)
    await empty_tx.session.flush()
    assert len((await service.of_messages(empty_tx, [message_id]))[message_id]) == service.MOST_PER_MESSAGE


async def test_an_upload_nobody_used_is_forgotten_after_a_while(empty_tx: Transaction, storage: MediaStorage) -> None:
    media = await service.store(empty_tx, storage, data=photo())
    path = storage.path(media.sha256 or "")
    assert await service.sweep_unattached(empty_tx, storage) == 0
    assert path.exists()
    empty_tx.now += service.UNATTACHED_FOR + timedelta(minutes=1)
    assert await service.sweep_unattached(empty_tx, storage) == 1
    assert not path.exists()
    with pytest.raises(NotFound):
        await service.get(empty_tx, media.id)


async def test_bytes_another_message_needs_are_kept(empty_tx: Transaction, storage: MediaStorage) -> None:
    unused, used = [await service.store(empty_tx, storage, data=photo()) for _ in range(2)]
    await service.expect(
        empty_tx,
        message_id=await message_of(empty_tx),
        attachments=(InboundAttachment(kind="image", media_id=str(used.id)),),
    )
    empty_tx.now += service.UNATTACHED_FOR + timedelta(minutes=1)
    assert await service.sweep_unattached(empty_tx, storage) == 1
    assert used.sha256 == unused.sha256
    assert storage.path(used.sha256 or "").exists()


# --- what the provider holds --------------------------------------------------------------------------------------


@asynccontextmanager
async def provider(status: str, body: bytes, *headers: str) -> AsyncIterator[str]:
    """A host that answers every request the same way."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers]
        writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def expected(database: Database, url: str) -> uuid.UUID:
    async with database.transaction() as tx:
        message_id = await message_of(tx)
        await service.expect(tx, message_id=message_id, attachments=(InboundAttachment(kind="image", url=url),))
        await tx.session.flush()
        return (await service.of_messages(tx, [message_id]))[message_id][0].id


async def fetch_once(database: Database, folder: Path, stand_in: str) -> bool:
    fetcher = MediaFetcher(database, Settings(CONTACT_CENTER_DATA=folder, simulator_url=stand_in))
    async with httpx.AsyncClient(trust_env=False) as client:
        return await fetcher.fetch_next(client)


async def state_of(database: Database, media_id: uuid.UUID) -> MediaFile:
    async with database.transaction() as tx:
        media = await tx.session.get(MediaFile, media_id)
        assert media is not None
        return media


async def test_a_photo_the_provider_holds_is_fetched_and_cleaned(empty_database: Database, tmp_path: Path) -> None:
    async with provider("200 OK", photo()) as host:
        media_id = await expected(empty_database, f"{host}/a.jpg")
        assert await fetch_once(empty_database, tmp_path, host)
        assert not await fetch_once(empty_database, tmp_path, host)
    media = await state_of(empty_database, media_id)
    assert media.state == "stored"
    assert MediaStorage(tmp_path / "media").path(media.sha256 or "").is_file()


@pytest.mark.parametrize(
    ("status", "body", "headers"),
    [
        ("200 OK", b"<html>not a picture</html>", ()),
        ("404 Not Found", b"", ()),
        ("302 Found", b"", ("Location: http://169.254.169.254/",)),
        ("200 OK", b"\0" * (service.LARGEST_UPLOAD + 1), ()),
    ],
    ids=["no picture", "gone", "sends us elsewhere", "too large"],
)
async def test_what_cannot_be_had_is_given_up_at_once(
    empty_database: Database, tmp_path: Path, status: str, body: bytes, headers: tuple[str, ...]
) -> None:
    async with provider(status, body, *headers) as host:
        media_id = await expected(empty_database, f"{host}/a.jpg")
        await fetch_once(empty_database, tmp_path, host)
    assert (await state_of(empty_database, media_id)).state == "failed"


async def test_an_address_of_another_host_is_never_asked(empty_database: Database, tmp_path: Path) -> None:
    async with provider("200 OK", photo()) as elsewhere:
        media_id = await expected(empty_database, f"{elsewhere}/a.jpg")
        await fetch_once(empty_database, tmp_path, stand_in="")
    assert (await state_of(empty_database, media_id)).state == "failed"


async def test_a_provider_in_trouble_is_asked_again_later_and_not_for_ever(
    empty_database: Database, tmp_path: Path
) -> None:
    async with provider("503 Service Unavailable", b"") as host:
        media_id = await expected(empty_database, f"{host}/a.jpg")
        for attempt in range(1, MOST_TRIES + 1):
            assert await fetch_once(empty_database, tmp_path, host)
            media = await state_of(empty_database, media_id)
            assert media.attempts == attempt
            assert not await fetch_once(empty_database, tmp_path, host)  # leased until later
            async with empty_database.transaction() as tx:
                waiting = await tx.session.get_one(MediaFile, media_id)
                waiting.available_at = tx.now
    assert (await state_of(empty_database, media_id)).state == "failed"
