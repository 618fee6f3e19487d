"""A citizen across channels."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from contact_center.db import Base, Id


class Citizen(Base):
    """A person, known only by the addresses they wrote or called from. The name is what they told us, if anything."""

    __tablename__ = "citizen"

    id: Mapped[Id]
    display_name: Mapped[str | None]
    # How to address them: "anh", "chị", "cô", "chú", "bác", "ông", "bà"; None = "anh/chị".
    honorific: Mapped[str | None]
    created_at: Mapped[datetime]


class CitizenAddress(Base):
    """Where a citizen can be reached: ``kind`` is ``phone`` (E.164), ``zalo`` (user id) or ``web`` (visitor id)."""

    __tablename__ = "citizen_address"
    __table_args__ = (UniqueConstraint("kind", "value"),)

    id: Mapped[Id]
    citizen_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("citizen.id"), index=True)
    kind: Mapped[str]
    value: Mapped[str]
    # A channel proved it (caller id, webhook); False = the citizen only typed it.
    verified: Mapped[bool]
    created_at: Mapped[datetime]
