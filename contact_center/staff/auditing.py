"""The audit log: who did what to what and when, never what it said."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from contact_center.actors import Actor
from contact_center.db import Transaction, new_id
from contact_center.staff.models import Account, AuditEntry
from contact_center.staff.permissions import require_administrator

# Every action the log knows; the words are under ``staff.action``.
AUDITED = (
    "signed_in",
    "contact_revealed",
    "phone_revealed",
    "account_created",
    "account_disabled",
    "account_enabled",
    "password_reset",
    "password_changed",
    "article_save",
    "article_submit",
    "article_send_back",
    "article_approve",
    "article_publish",
    "article_discard",
    "article_expire",
    "article_withdraw",
    "article_assigned",
    "article_attachment_added",
    "article_attachment_removed",
    "answer_called_wrong",
    "wrong_answer_closed",
    "questions_added",
    "questions_written",
    "questions_ignored",
    "synonyms_added",
    "synonyms_changed",
    "synonyms_removed",
    "articles_imported",
    "articles_exported",
    "label_accepted",
    "label_refused",
    "nlu_trained",
    "nlu_promoted",
    "nlu_rolled_back",
)


async def audit(
    tx: Transaction,
    actor: Actor,
    *,
    action: str,
    subject_kind: str,
    subject_id: object,
    address: str | None = None,
    **details: Any,
) -> None:
    """Append one line to the audit log: identifiers only, never content."""
    tx.session.add(
        AuditEntry(
            id=new_id(),
            account_id=actor.id if actor.kind == "staff" else None,
            action=action,
            subject_kind=subject_kind,
            subject_id=str(subject_id),
            address=address,
            details=details,
            at=tx.now,
        )
    )


@dataclass(frozen=True, slots=True)
class AuditLine:
    """A line of the log with the name of whoever did it; ``id`` is where the next page begins."""

    id: uuid.UUID
    at: datetime
    who: str
    action: str
    subject_kind: str
    subject_id: str
    address: str | None
    details: dict[str, Any]


async def audit_log(
    tx: Transaction, actor: Actor, *, action: str = "", before: uuid.UUID | None = None, limit: int = 100
) -> list[AuditLine]:
    """Newest first, from ``before`` on (ids are in order of time)."""
    require_administrator(actor)
    statement = select(AuditEntry, Account.full_name).outerjoin(Account, Account.id == AuditEntry.account_id)
    if action:
        statement = statement.where(AuditEntry.action == action)
    if before is not None:
        statement = statement.where(AuditEntry.id < before)
    rows = await tx.session.execute(statement.order_by(AuditEntry.id.desc()).limit(limit))
    return [
        AuditLine(
            id=entry.id,
            at=entry.at,
            who=name or "",
            action=entry.action,
            subject_kind=entry.subject_kind,
            subject_id=entry.subject_id,
            address=entry.address,
            details=entry.details,
        )
        for entry, name in rows
    ]
