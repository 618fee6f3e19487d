"""Who does something: plain data that every service understands."""

import uuid
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


class Role(StrEnum):
    """What a member of staff may do; see ``docs/architecture.md`` for the table."""

    OPERATOR = "operator"
    DISPATCHER = "dispatcher"
    OFFICER = "officer"
    SUPERVISOR = "supervisor"
    ADMINISTRATOR = "administrator"


ActorKind = Literal["citizen", "bot", "staff", "system"]


@dataclass(frozen=True, slots=True)
class Actor:
    """``id`` is the account's or the citizen's; ``unit_id`` is set for officers only."""

    kind: ActorKind
    id: uuid.UUID | None = None
    role: Role | None = None
    unit_id: uuid.UUID | None = None
    name: str = ""
    channel: str | None = None

    def has_role(self, *roles: Role) -> bool:
        return self.kind == "staff" and self.role in roles


BOT = Actor(kind="bot")
SYSTEM = Actor(kind="system")


def citizen(citizen_id: uuid.UUID | None, channel: str) -> Actor:
    return Actor(kind="citizen", id=citizen_id, channel=channel)
