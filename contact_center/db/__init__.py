"""Engine, transaction, column types and migrations."""

from contact_center.db.base import Base, Codes, Id, Json, UtcDateTime, first_id_at, new_id
from contact_center.db.database import Bell, Database, Ring, SilentBell, Transaction
from contact_center.db.shelf import Shelf

__all__ = [
    "Base",
    "Bell",
    "Codes",
    "Database",
    "Id",
    "Json",
    "Ring",
    "Shelf",
    "SilentBell",
    "Transaction",
    "UtcDateTime",
    "first_id_at",
    "new_id",
]
