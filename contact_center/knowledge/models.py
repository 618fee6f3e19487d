"""Articles the bot and the agents answer from."""

import uuid
from datetime import date, datetime

from sqlalchemy import ForeignKey
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from contact_center.db import Base, Codes, Id


class Article(Base):
    """One published answer with its source. A figure nobody confirmed is left out rather than invented."""

    __tablename__ = "article"

    id: Mapped[Id]
    slug: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]  # procedure, question, notice
    title: Mapped[str]
    questions: Mapped[list[str]] = mapped_column(JSONB, default=list)  # as people really ask
    answer: Mapped[str]  # two to four sentences
    spoken: Mapped[str]  # what is read on the phone
    sms: Mapped[str]  # unaccented, at most 160 characters
    papers: Mapped[list[str]] = mapped_column(JSONB, default=list)
    steps: Mapped[list[str]] = mapped_column(JSONB, default=list)
    source: Mapped[str]
    sample: Mapped[bool]  # to be confirmed by the owner unit
    category_codes: Mapped[Codes]
    owner_unit_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("unit.id"))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    state: Mapped[str]  # published, withdrawn
    version: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[datetime]
