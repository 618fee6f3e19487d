"""A ticket (phiếu) is one matter to resolve; its history is append-only."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from contact_center.db import Base, Codes, Id, Json


class Ticket(Base):
    """The present view of a matter; how it came about is in ``TicketEvent``. ``version`` guards every change."""

    __tablename__ = "ticket"
    __table_args__ = (
        Index("ix_ticket_unit_state", "unit_id", "state", "due_at"),
        Index("ix_ticket_dispatch", "state", "created_at"),
        Index("ix_ticket_citizen_id", "citizen_id", "created_at"),
        Index("ix_ticket_contact_phone", "contact_phone", postgresql_where=text("contact_phone is not null")),
        # The sweeps' questions: whose deadline has passed untold, whose rating is awaited too long.
        Index(
            "ix_ticket_due_at",
            "due_at",
            postgresql_where=text("closed_at is null and resolved_at is null and overdue_at is null"),
        ),
        Index("ix_ticket_awaiting_rating", "resolved_at", postgresql_where=text("state = 'resolved'")),
        CheckConstraint(
            "state in ('new', 'routed', 'in_progress', 'returned', 'resolved', 'closed', 'refused', 'withdrawn', "
            "'redirected')",
            name="state",
        ),
        CheckConstraint("rating in ('satisfied', 'accepted', 'unsatisfied')", name="rating"),
        CheckConstraint("state not in ('routed', 'in_progress') or unit_id is not null", name="routed_has_unit"),
        CheckConstraint(
            "not sealed or (description = '' and place_text = '' and occurred_text = '' and citizen_id is null "
            "and conversation_id is null and contact_name is null and contact_phone is null)",
            name="sealed_holds_no_content",
        ),
    )

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(unique=True)  # nine digits, the last a check digit
    link_token: Mapped[str] = mapped_column(unique=True)  # the secret in the citizen's link
    state: Mapped[str]
    case_type: Mapped[str]
    category_code: Mapped[str] = mapped_column(ForeignKey("category.code"), index=True)
    urgency: Mapped[str]
    unit_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("unit.id"))
    description: Mapped[str]
    place_text: Mapped[str]
    commune_code: Mapped[str | None] = mapped_column(ForeignKey("commune.code"))
    place_candidates: Mapped[Codes]  # commune codes still possible
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    occurred_text: Mapped[str]  # when, in the citizen's words
    channel: Mapped[str]
    citizen_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("citizen.id"))
    conversation_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("conversation.id"), index=True)
    contact_name: Mapped[str | None]
    contact_phone: Mapped[str | None]
    anonymous: Mapped[bool] = mapped_column(default=False)  # the citizen asked that nobody at the unit knows
    publish_consent: Mapped[bool] = mapped_column(default=False)
    sealed: Mapped[bool] = mapped_column(default=False)  # a denunciation: an empty stub, the route explained
    original_due_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    overdue_at: Mapped[datetime | None]  # when the passing of ``due_at`` was noted; once per deadline
    resolution: Mapped[str | None]
    rating: Mapped[str | None]  # satisfied, accepted, unsatisfied
    reopened_count: Mapped[int] = mapped_column(default=0)
    returned_count: Mapped[int] = mapped_column(default=0)
    returned_by: Mapped[Codes]  # ids of units that sent it back: each may do so once
    version: Mapped[int] = mapped_column(default=1)
    last_event_seq: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    routed_at: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    # Given by the client with a report, so that sending it twice opens one ticket.
    idempotency_key: Mapped[str | None] = mapped_column(unique=True)


class TicketEvent(Base):
    """One thing that happened to a ticket. ``public`` ones are shown to the citizen."""

    __tablename__ = "ticket_event"
    __table_args__ = (UniqueConstraint("ticket_id", "seq"),)

    id: Mapped[Id]
    ticket_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("ticket.id"))
    seq: Mapped[int]
    action: Mapped[str]
    from_state: Mapped[str | None]
    to_state: Mapped[str]
    actor_kind: Mapped[str]  # citizen, bot, staff, system
    actor_id: Mapped[uuid.UUID | None]
    actor_role: Mapped[str | None]
    channel: Mapped[str | None]
    unit_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("unit.id"))
    text: Mapped[str]
    reason: Mapped[str | None]
    data: Mapped[Json]
    public: Mapped[bool]
    at: Mapped[datetime]


class TicketConversation(Base):
    """A ticket can be spoken of in many conversations, a conversation can open several tickets."""

    __tablename__ = "ticket_conversation"

    ticket_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("ticket.id"), primary_key=True)
    conversation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("conversation.id"), primary_key=True, index=True)
