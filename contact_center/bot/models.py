"""The prediction ledger: what the machine thought, and what people made of it."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from contact_center.db import Base, Id, Json


class Prediction(Base):
    """One understanding of one message. No text is kept here, so that erasing the message erases it all."""

    __tablename__ = "prediction"

    id: Mapped[Id]
    message_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("message.id"), index=True)
    ticket_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("ticket.id"), index=True)
    engine: Mapped[str]
    model: Mapped[str]
    intent: Mapped[str]
    case_type: Mapped[str]
    urgency: Mapped[str]
    emergency: Mapped[bool]
    # [{"code", "probability", "reason"}], best first.
    categories: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list)
    threshold: Mapped[float]
    abstained: Mapped[bool]
    decision: Mapped[Json]
    milliseconds: Mapped[float]
    corrected_category: Mapped[str | None]
    corrected_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    correction_reason: Mapped[str | None]
    # What a candidate model made of the same message, ranked as ``categories`` is; never shown, never acted upon.
    shadow_model: Mapped[str | None]
    shadow_categories: Mapped[list[dict[str, Any]] | None] = mapped_column(JSONB(none_as_null=True))
    inbox_seq: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[datetime]
