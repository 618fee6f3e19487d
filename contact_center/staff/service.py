"""Staff accounts and sessions; with presence and the audit log, the face other features see."""

import asyncio
import hashlib
import secrets
import uuid
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import delete, func, select

from contact_center.actors import Actor, Role
from contact_center.db import Transaction, new_id
from contact_center.errors import Conflict, DomainError, InvalidInput, NotAllowed, NotFound, TooManyRequests
from contact_center.staff import passwords
from contact_center.staff.auditing import AUDITED, AuditLine, audit, audit_log
from contact_center.staff.models import Account, LoginAttempt, StaffSession
from contact_center.staff.permissions import require_administrator
from contact_center.staff.presence import PresenceState, heartbeat, presence_of, ready_agents, set_presence
from nlu.text import fold

__all__ = [
    "ABSOLUTE",
    "AUDITED",
    "IDLE",
    "MOST_WRONG_PER_ADDRESS",
    "MOST_WRONG_PER_NAME",
    "SEEN_EVERY",
    "WINDOW",
    "Account",
    "AuditLine",
    "PresenceState",
    "WrongCredentials",
    "accounts",
    "actor_from",
    "actor_of",
    "audit",
    "audit_log",
    "change_own_password",
    "create_account",
    "extension_of",
    "get_account",
    "heartbeat",
    "names_of",
    "presence_of",
    "ready_agents",
    "reset_password",
    "set_active",
    "set_presence",
    "sign_in",
    "sign_out",
    "sign_out_everywhere",
]

IDLE = timedelta(hours=12)  # one long shift
ABSOLUTE = timedelta(hours=24)
# Seen-at is written at most this often, so that reading a page does not write a row each time.
SEEN_EVERY = timedelta(minutes=1)
# Five wrong tries in a quarter of an hour lock a name; thirty lock an address (many desks share one).
WINDOW = timedelta(minutes=15)
MOST_WRONG_PER_NAME = 5
MOST_WRONG_PER_ADDRESS = 30


class WrongCredentials(DomainError):
    """One error for a wrong name, a wrong password and a disabled account."""

    code = "wrong_credentials"
    status = 401


# --- signing in ---------------------------------------------------------------------------------------------------


async def sign_in(
    tx: Transaction, *, username: str, password: str, address: str, user_agent: str
) -> tuple[str, Account] | None:
    """A new session's token and its account; None when name and password do not fit (the try is counted).

    None instead of an error so that the caller commits the counted try. Raises ``TooManyRequests`` when locked.
    """
    name = username.strip().lower()
    subjects = {f"name:{_digest(name)}": MOST_WRONG_PER_NAME, f"address:{address}": MOST_WRONG_PER_ADDRESS}
    await _refuse_when_locked(tx, subjects)
    account = await tx.session.scalar(select(Account).where(Account.username == name))
    usable = account is not None and account.active
    fits = await passwords.verify(password, account.password_hash if account is not None and usable else None)
    for subject in subjects:
        tx.session.add(LoginAttempt(id=new_id(), subject=subject, succeeded=fits, at=tx.now))
    if account is None or not fits:
        return None
    account.last_login_at = tx.now
    token = secrets.token_urlsafe(32)
    tx.session.add(
        StaffSession(
            id=new_id(),
            token_sha256=_digest(token),
            account_id=account.id,
            created_at=tx.now,
            last_seen_at=tx.now,
            expires_at=tx.now + ABSOLUTE,
            address=address,
            user_agent=user_agent[:200],
        )
    )
    await audit(
        tx, actor_from(account), action="signed_in", subject_kind="account", subject_id=account.id, address=address
    )
    return token, account


async def _refuse_when_locked(tx: Transaction, subjects: dict[str, int]) -> None:
    since = tx.now - WINDOW
    for subject, most in subjects.items():
        last_success = (
            select(func.max(LoginAttempt.at))
            .where(LoginAttempt.subject == subject, LoginAttempt.succeeded)
            .scalar_subquery()
        )
        wrong, first = (
            await tx.session.execute(
                select(func.count(), func.min(LoginAttempt.at)).where(
                    LoginAttempt.subject == subject,
                    ~LoginAttempt.succeeded,
                    LoginAttempt.at > since,
                    LoginAttempt.at > func.coalesce(last_success, since),
                )
            )
        ).one()
        if wrong >= most:
            until = first + WINDOW
            raise TooManyRequests(reason="login", retry_after_s=max(1, int((until - tx.now).total_seconds())))


def _digest(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()


def actor_from(account: Account) -> Actor:
    return Actor(kind="staff", id=account.id, role=Role(account.role), unit_id=account.unit_id, name=account.full_name)


async def actor_of(tx: Transaction, token: str) -> Actor | None:
    """Who holds this session, or None when it ended, lapsed, or the account was disabled."""
    found = (
        await tx.session.execute(
            select(StaffSession, Account)
            .join(Account, Account.id == StaffSession.account_id)
            .where(
                StaffSession.token_sha256 == _digest(token),
                StaffSession.expires_at > tx.now,
                StaffSession.last_seen_at > tx.now - IDLE,
                Account.active,
            )
        )
    ).one_or_none()
    if found is None:
        return None
    session, account = found
    if session.last_seen_at < tx.now - SEEN_EVERY:
        session.last_seen_at = tx.now
    return actor_from(account)


async def sign_out(tx: Transaction, token: str) -> None:
    await tx.session.execute(delete(StaffSession).where(StaffSession.token_sha256 == _digest(token)))


async def sign_out_everywhere(tx: Transaction, account_id: uuid.UUID) -> None:
    await tx.session.execute(delete(StaffSession).where(StaffSession.account_id == account_id))


# --- accounts -----------------------------------------------------------------------------------------------------


async def create_account(
    tx: Transaction,
    actor: Actor,
    *,
    username: str,
    full_name: str,
    role: Role,
    password: str,
    unit_id: uuid.UUID | None = None,
    extension: str | None = None,
) -> Account:
    """Raises ``InvalidInput`` by field, ``Conflict`` when the name is taken."""
    require_administrator(actor)
    name = username.strip().lower()
    _check_account(name, full_name, role, password, unit_id)
    if await tx.session.scalar(select(Account.id).where(Account.username == name)):
        raise Conflict(what="account", reason="username_taken")
    account = Account(
        id=new_id(),
        username=name,
        full_name=full_name.strip(),
        role=role.value,
        unit_id=unit_id if role is Role.OFFICER else None,
        password_hash=await asyncio.to_thread(passwords.hash_password, password),
        extension=extension,
        active=True,
        locale="vi",
        created_at=tx.now,
    )
    tx.session.add(account)
    await audit(tx, actor, action="account_created", subject_kind="account", subject_id=account.id, role=role.value)
    return account


def _check_account(name: str, full_name: str, role: Role, password: str, unit_id: uuid.UUID | None) -> None:
    wrong: dict[str, str] = {}
    if not name or not name.isascii() or not name.replace(".", "").replace("-", "").replace("_", "").isalnum():
        wrong["username"] = "ascii_name"
    if not full_name.strip():
        wrong["full_name"] = "required"
    if len(password) < passwords.SHORTEST_PASSWORD:
        wrong["password"] = "too_short"  # noqa: S105 - the key of a sentence, not a password
    if role is Role.OFFICER and unit_id is None:
        wrong["unit_id"] = "required"
    if wrong:
        raise InvalidInput(**wrong)


async def set_active(tx: Transaction, actor: Actor, account_id: uuid.UUID, *, active: bool) -> Account:
    """Disable or enable; a disabled account is signed out everywhere at once. Nobody disables themselves."""
    require_administrator(actor)
    if account_id == actor.id:
        raise NotAllowed(action="account", reason="own_account")
    account = await get_account(tx, account_id)
    account.active = active
    if not active:
        await sign_out_everywhere(tx, account_id)
    action = "account_enabled" if active else "account_disabled"
    await audit(tx, actor, action=action, subject_kind="account", subject_id=account_id)
    return account


async def reset_password(tx: Transaction, actor: Actor, account_id: uuid.UUID, *, password: str) -> None:
    require_administrator(actor)
    if len(password) < passwords.SHORTEST_PASSWORD:
        raise InvalidInput(password="too_short")  # noqa: S106 - the key of a sentence
    account = await get_account(tx, account_id)
    account.password_hash = await asyncio.to_thread(passwords.hash_password, password)
    await sign_out_everywhere(tx, account_id)
    await audit(tx, actor, action="password_reset", subject_kind="account", subject_id=account_id)


async def change_own_password(tx: Transaction, actor: Actor, *, present: str, new: str, keep_token: str) -> None:
    """Everyone's own door. Every other machine is signed out; the session ``keep_token`` goes on.

    Raises ``InvalidInput`` when the present password is wrong or the new one too short or the same.
    """
    if actor.id is None:
        raise NotAllowed(action="account")
    account = await get_account(tx, actor.id)
    if not await passwords.verify(present, account.password_hash):
        raise InvalidInput(present="wrong_password")
    if len(new) < passwords.SHORTEST_PASSWORD:
        raise InvalidInput(new="too_short")
    if new == present:
        raise InvalidInput(new="same")
    account.password_hash = await asyncio.to_thread(passwords.hash_password, new)
    await tx.session.execute(
        delete(StaffSession).where(
            StaffSession.account_id == account.id, StaffSession.token_sha256 != _digest(keep_token)
        )
    )
    await audit(tx, actor, action="password_changed", subject_kind="account", subject_id=account.id)


async def get_account(tx: Transaction, account_id: uuid.UUID) -> Account:
    account = await tx.session.get(Account, account_id)
    if account is None:
        raise NotFound(what="account")
    return account


async def accounts(tx: Transaction, actor: Actor, *, limit: int = 1000) -> Sequence[Account]:
    """In order of given name, as Vietnamese lists are."""
    require_administrator(actor)
    rows = (await tx.session.scalars(select(Account).order_by(Account.username).limit(limit))).all()
    return sorted(rows, key=lambda account: _given_name_first(account.full_name))


def _given_name_first(full_name: str) -> str:
    *family, given = fold(full_name).split() or [""]
    return " ".join([given, *family])


async def names_of(tx: Transaction, account_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Full names by account id, in one query."""
    if not account_ids:
        return {}
    rows = await tx.session.execute(select(Account.id, Account.full_name).where(Account.id.in_(account_ids)))
    return {row.id: row.full_name for row in rows}


async def extension_of(tx: Transaction, account_id: uuid.UUID) -> str:
    """Where calls for this agent are put through; empty when the agent has no telephone."""
    extension = await tx.session.scalar(select(Account.extension).where(Account.id == account_id))
    return extension or ""
