"""Drafts of reports: begun, changed, turned into a ticket, forgotten."""

import re
import secrets
from datetime import timedelta

from sqlalchemy import delete, select

from contact_center.db import Transaction
from contact_center.errors import NotFound
from contact_center.portal.models import ReportDraft
from contact_center.portal.report import Told

# Long enough for an interrupted evening, short enough not to hoard what nobody sent.
KEPT_FOR = timedelta(hours=24)
SWEPT_AT_ONCE = 500
TOKEN = re.compile(r"[A-Za-z0-9_-]{1,64}")


async def begin(tx: Transaction) -> ReportDraft:
    draft = ReportDraft(token=secrets.token_urlsafe(18), data={}, created_at=tx.now, updated_at=tx.now)
    tx.session.add(draft)
    return draft


async def get(tx: Transaction, token: str) -> ReportDraft:
    """The draft, locked: two presses of a button come one after the other. Raises ``NotFound``."""
    if not TOKEN.fullmatch(token):
        raise NotFound(what="draft", reason="draft")
    draft = await tx.session.scalar(select(ReportDraft).where(ReportDraft.token == token).with_for_update())
    if draft is None:
        raise NotFound(what="draft", reason="draft")
    return draft


def save(tx: Transaction, draft: ReportDraft, told: Told) -> None:
    draft.data = told.as_json()
    draft.updated_at = tx.now


def sent(tx: Transaction, draft: ReportDraft, *, ticket_link: str) -> None:
    """The ticket holds everything now; the draft remembers only which one it became."""
    draft.ticket_link = ticket_link
    draft.data = {}
    draft.updated_at = tx.now


async def sweep(tx: Transaction) -> int:
    """Forget drafts nobody came back to; their photos go with the other unused uploads."""
    old = select(ReportDraft.token).where(ReportDraft.updated_at < tx.now - KEPT_FOR).limit(SWEPT_AT_ONCE)
    forgotten = await tx.session.scalars(
        delete(ReportDraft).where(ReportDraft.token.in_(old)).returning(ReportDraft.token)
    )
    return len(forgotten.all())
