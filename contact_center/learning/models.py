"""What people's corrections teach: proposed labels, the models trained with them, and which model serves."""

import uuid
from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from contact_center.db import Base, Id, Json


class LabelProposal(Base):
    """Somebody changed what the machine had made of a ticket. Learned from only after a person's yes.

    No text is kept here: it is read from the ticket's messages when it is needed, so that what was sealed, withdrawn
    or erased is in no training data either.
    """

    __tablename__ = "label_proposal"
    __table_args__ = (
        CheckConstraint("state in ('proposed', 'accepted', 'refused')", name="state"),
        CheckConstraint("(state = 'proposed') = (decided_at is null)", name="decided_has_time"),
        Index("ix_label_proposal_state", "state", "proposed_at"),
    )

    id: Mapped[Id]
    ticket_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("ticket.id"), unique=True)
    machine_category: Mapped[str]
    machine_probability: Mapped[float]
    category: Mapped[str] = mapped_column(ForeignKey("category.code"))
    reason: Mapped[str]
    proposed_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    proposed_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(default="proposed")
    decided_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None]


class NluModel(Base):
    """A trained model. ``base`` is the version the shipped data and code had when it was trained: weights only fit the
    code that made their features."""

    __tablename__ = "nlu_model"
    __table_args__ = (Index("uq_nlu_model_shadowing", "shadowing", unique=True, postgresql_where=text("shadowing")),)

    version: Mapped[str] = mapped_column(primary_key=True)
    base: Mapped[str]
    utterances: Mapped[int]
    corrections: Mapped[int]  # accepted labels among them
    shadowing: Mapped[bool] = mapped_column(default=False)
    # What it scored: {"development": {...}, "corrected": {...}, "against": version}; see ``comparing``.
    figures: Mapped[Json]
    trained_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    trained_at: Mapped[datetime]


class NluServing(Base):
    """Which model answers citizens, append-only: the newest row counts, none means the shipped model. ``before`` is the
    version to go back to."""

    __tablename__ = "nlu_serving"
    __table_args__ = (CheckConstraint("how in ('promoted', 'rolled_back')", name="how"),)

    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    version: Mapped[str] = mapped_column(ForeignKey("nlu_model.version"))
    before: Mapped[str | None]
    how: Mapped[str]
    account_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime]
