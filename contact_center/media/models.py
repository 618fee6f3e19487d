"""Files citizens and officers attach; the bytes lie in the media folder under their digest."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from contact_center.db import Base, Id


class MediaFile(Base):
    """``state`` is ``pending`` until the bytes are here (Zalo holds them at first), then ``stored`` or ``failed``."""

    __tablename__ = "media_file"
    __table_args__ = (Index("ix_media_file_pending", "available_at", postgresql_where=text("state = 'pending'")),)

    id: Mapped[Id]
    state: Mapped[str]
    sha256: Mapped[str | None] = mapped_column(index=True)
    media_type: Mapped[str | None]
    size: Mapped[int | None]
    width: Mapped[int | None]
    height: Mapped[int | None]
    original_name: Mapped[str | None]
    source_url: Mapped[str | None]
    attempts: Mapped[int] = mapped_column(default=0)
    available_at: Mapped[datetime]
    created_at: Mapped[datetime]
    message_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("message.id"), index=True)
    ticket_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("ticket.id"), index=True)
    ticket_event_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("ticket_event.id"), index=True)
    article_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("article.id"), index=True)
    # Who may see it: "citizen" (part of the report), "result" (shown to the citizen), "internal".
    audience: Mapped[str]

    @property
    def is_picture(self) -> bool:
        """Else a document, which is downloaded and not shown."""
        return (self.media_type or "").startswith("image/")
