"""Which role may open what: the one table that menus and pages read.

Permissions on single rows (which ticket, which conversation) are in each feature's ``readable_by``; this table only
says which doors a role has. Administrators run the house and read no citizen's matter.
"""

from dataclasses import dataclass
from enum import StrEnum

from contact_center.actors import Actor, Role
from contact_center.errors import NotAllowed


class Door(StrEnum):
    DESK = "desk"
    DISPATCH = "dispatch"
    UNIT = "unit"
    TICKETS = "tickets"
    KNOWLEDGE = "knowledge"
    EDITING = "editing"
    LEARNING = "learning"
    ACCOUNTS = "accounts"
    AUDIT = "audit"


MAY_OPEN: dict[Door, tuple[Role, ...]] = {
    Door.DESK: (Role.OPERATOR, Role.DISPATCHER, Role.SUPERVISOR),
    Door.DISPATCH: (Role.DISPATCHER, Role.SUPERVISOR),
    Door.UNIT: (Role.OFFICER,),
    Door.TICKETS: (Role.OPERATOR, Role.DISPATCHER, Role.SUPERVISOR, Role.OFFICER),
    Door.KNOWLEDGE: tuple(Role),
    # Officers write for their own unit; which articles that are is in the knowledge base's own queries.
    Door.EDITING: (Role.OFFICER, Role.SUPERVISOR, Role.ADMINISTRATOR),
    Door.LEARNING: (Role.DISPATCHER, Role.SUPERVISOR),
    Door.ACCOUNTS: (Role.ADMINISTRATOR,),
    Door.AUDIT: (Role.ADMINISTRATOR,),
}


@dataclass(frozen=True, slots=True)
class MenuItem:
    """A line of the menu: its address and the key of its words."""

    door: Door
    href: str
    words: str


MENU: tuple[MenuItem, ...] = (
    MenuItem(Door.DESK, "/desk", "staff.menu.desk"),
    MenuItem(Door.DISPATCH, "/dispatch", "staff.menu.dispatch"),
    MenuItem(Door.UNIT, "/unit", "staff.menu.unit"),
    MenuItem(Door.TICKETS, "/tickets", "staff.menu.tickets"),
    MenuItem(Door.KNOWLEDGE, "/knowledge", "staff.menu.knowledge"),
    MenuItem(Door.LEARNING, "/learning", "staff.menu.learning"),
    MenuItem(Door.ACCOUNTS, "/admin/accounts", "staff.menu.accounts"),
    MenuItem(Door.AUDIT, "/admin/audit", "staff.menu.audit"),
)

# Where each role starts its day.
HOME: dict[Role, str] = {
    Role.OPERATOR: "/desk",
    Role.DISPATCHER: "/dispatch",
    Role.OFFICER: "/unit",
    Role.SUPERVISOR: "/dispatch",
    Role.ADMINISTRATOR: "/admin/accounts",
}


def may_open(actor: Actor | None, door: Door) -> bool:
    return actor is not None and actor.has_role(*MAY_OPEN[door])


def menu(actor: Actor | None) -> list[MenuItem]:
    return [item for item in MENU if may_open(actor, item.door)]


def home(actor: Actor) -> str:
    """The first page of this member of staff."""
    return HOME[actor.role] if actor.role else "/"


def require_administrator(actor: Actor) -> None:
    """Raises ``NotAllowed`` for everybody but administrators and the house itself."""
    if actor.kind == "system":
        return
    if not actor.has_role(Role.ADMINISTRATOR):
        raise NotAllowed(action="account")
