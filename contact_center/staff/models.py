"""Staff accounts, their sessions, and the audit log."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from contact_center.db import Base, Id, Json


class Account(Base):
    """A member of staff. ``role`` is one of operator, dispatcher, officer, supervisor, administrator."""

    __tablename__ = "account"
    __table_args__ = (
        CheckConstraint("role in ('operator', 'dispatcher', 'officer', 'supervisor', 'administrator')", name="role"),
        CheckConstraint("role <> 'officer' or unit_id is not null", name="officer_has_unit"),
    )

    id: Mapped[Id]
    username: Mapped[str] = mapped_column(unique=True)
    full_name: Mapped[str]
    role: Mapped[str]
    unit_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("unit.id"))
    password_hash: Mapped[str]
    extension: Mapped[str | None]  # phone number or SIP address calls are put through to
    active: Mapped[bool] = mapped_column(default=True)
    locale: Mapped[str] = mapped_column(default="vi")
    created_at: Mapped[datetime]
    last_login_at: Mapped[datetime | None]


class StaffSession(Base):
    """A signed-in browser. Only the digest of its token is kept."""

    __tablename__ = "staff_session"

    id: Mapped[Id]
    token_sha256: Mapped[str] = mapped_column(unique=True)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"), index=True)
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    address: Mapped[str]
    user_agent: Mapped[str]


class LoginAttempt(Base):
    """Counted per account name and per address, so that guessing is slowed down even when Redis is away."""

    __tablename__ = "login_attempt"
    __table_args__ = (Index("ix_login_attempt_subject", "subject", "at"),)

    id: Mapped[Id]
    subject: Mapped[str]  # "name:<digest>" or "address:<ip>"
    succeeded: Mapped[bool]
    at: Mapped[datetime]


class AuditEntry(Base):
    """Who did or saw what. Append-only; holds identifiers, never content."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_subject", "subject_kind", "subject_id"),)

    id: Mapped[Id]
    account_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"), index=True)
    action: Mapped[str]
    subject_kind: Mapped[str]
    subject_id: Mapped[str]
    address: Mapped[str | None]
    details: Mapped[Json]
    at: Mapped[datetime]


class Presence(Base):
    """Whether an agent takes contacts now; a heartbeat older than a minute counts as away."""

    __tablename__ = "presence"

    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"), primary_key=True)
    state: Mapped[str]  # ready, break, away
    seen_at: Mapped[datetime]
