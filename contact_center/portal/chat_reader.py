"""What the chat widget reads: the conversation of its thread, with photos, in order."""

from channels.contracts import Button
from channels.webchat.reader import ChatLine, ChatPage
from contact_center.conversations import service as conversations
from contact_center.db import Database
from contact_center.media import service as media

CHANNEL = "web"
# A talk longer than this within a day is cut at its beginning.
LONGEST_TALK = 1000


def photo_address(photo: media.MediaFile) -> str:
    """Asked for with the visitor's token; see ``chat_pages.photo``."""
    return f"/chat/anh/{photo.id}"


class PortalChatReader:
    """``channels.webchat.reader.ChatReader`` on the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def after(self, thread: str, seq: int, *, limit: int) -> ChatPage:
        """The newest conversation of the thread; internal notes are not for the citizen."""
        async with self._database.transaction() as tx:
            conversation = await conversations.of_thread(tx, CHANNEL, thread)
            if conversation is None:
                return ChatPage()
            found = await conversations.messages(tx, conversation.id, after_seq=seq, limit=LONGEST_TALK)
            shown = found[:limit]
            photos = await media.of_messages(tx, [message.id for message in shown])
        return ChatPage(
            lines=tuple(_line(message, photos.get(message.id, [])) for message in shown),
            controller=conversation.controller,  # type: ignore[arg-type]  # checked by the table
            conversation=str(conversation.id),
            more=len(found) > len(shown),
        )


def _line(message: conversations.Message, photos: list[media.MediaFile]) -> ChatLine:
    return ChatLine(
        seq=message.seq,
        author=message.author,  # type: ignore[arg-type]  # notes are left out
        text=message.text,
        created_at=message.created_at,
        buttons=tuple(Button(title=button["title"], payload=button["payload"]) for button in message.buttons),
        image_urls=tuple(photo_address(photo) for photo in photos if photo.state == "stored"),
        client_id=message.client_id,
    )
