"""A report being written on the web."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from contact_center.db import Base, Json


class ReportDraft(Base):
    """Kept from the first page to the last, so that going back, an error or a reload costs nobody their words.

    The token is the secret in the addresses of the pages and the report's idempotency key. Once the ticket is open,
    ``data`` is emptied: the words live in one place only.
    """

    __tablename__ = "report_draft"

    token: Mapped[str] = mapped_column(primary_key=True)
    data: Mapped[Json]
    ticket_link: Mapped[str | None]  # the link token of the ticket it became
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime] = mapped_column(index=True)
