"""``/api/v1``: sessions for programs, who am I, accounts."""

import uuid
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from contact_center.actors import Actor, Role
from contact_center.staff import service
from contact_center.staff.permissions import MAY_OPEN, Door
from contact_center.web.deps import Db, Limiter, session_token, signed_in
from contact_center.web.forms import seen_by
from contact_center.web.security import verify_csrf

router = APIRouter(prefix="/api/v1", tags=["staff"], dependencies=[Depends(verify_csrf)])

AnyStaff = Annotated[Actor, Depends(signed_in())]
Administrator = Annotated[Actor, Depends(signed_in(*MAY_OPEN[Door.ACCOUNTS]))]
TRIES_AT_ONCE = 20


class SignIn(BaseModel):
    model_config = ConfigDict(json_schema_extra={"example": {"username": "tongdai", "password": "a long sentence"}})

    username: str = Field(max_length=100)
    password: str = Field(max_length=1000)


class SignedIn(BaseModel):
    """Send the token as ``Authorization: Bearer <token>``; it ends after 12 idle hours, at the latest after 24."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"token": "q0Y…", "expires_in_s": 86400, "role": "operator", "name": "Thu Hà"}}
    )

    token: str
    expires_in_s: int
    role: Role
    name: str


class Me(BaseModel):
    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "id": "01937b5c-0000-7000-8000-000000000001",
                "name": "Thu Hà",
                "role": "operator",
                "unit_id": None,
            }
        }
    )

    id: uuid.UUID | None
    name: str
    role: Role | None
    unit_id: uuid.UUID | None


class AccountRead(BaseModel):
    """An account as an administrator sees it; never its password."""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "example": {
                "id": "01937b5c-0000-7000-8000-000000000001",
                "username": "so-xd",
                "full_name": "Võ Thành Long",
                "role": "officer",
                "unit_id": "01937b5c-0000-7000-8000-000000000009",
                "extension": None,
                "active": True,
                "last_login_at": "2026-11-22T07:05:00Z",
            }
        },
    )

    id: uuid.UUID
    username: str
    full_name: str
    role: Role
    unit_id: uuid.UUID | None
    extension: str | None
    active: bool
    last_login_at: datetime | None


class AccountCreate(BaseModel):
    """``unit_id`` is required for officers and ignored for everyone else."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "username": "so-xd",
                "full_name": "Võ Thành Long",
                "role": "officer",
                "password": "a long sentence",
                "unit_id": "01937b5c-0000-7000-8000-000000000009",
            }
        }
    )

    username: str = Field(max_length=60)
    full_name: str = Field(max_length=120)
    role: Role
    password: str = Field(max_length=1000)
    unit_id: uuid.UUID | None = None
    extension: str | None = Field(default=None, max_length=120)


class AccountChange(BaseModel):
    """Only what is given changes. A new password or a disabled account signs out everywhere."""

    model_config = ConfigDict(json_schema_extra={"example": {"active": False}})

    active: bool | None = None
    password: str | None = Field(default=None, max_length=1000)


@router.post("/session", status_code=201, summary="Sign in; answers a bearer token")
async def sign_in(request: Request, body: SignIn, database: Db, limiter: Limiter) -> SignedIn:
    """401 ``wrong_credentials`` for every wrong pair alike; 429 with ``retry_after_s`` while locked."""
    await limiter.check(f"sign-in:{body.username.strip().lower()}", most=TRIES_AT_ONCE, window_s=60)
    async with database.transaction() as tx:
        signed = await service.sign_in(
            tx,
            username=body.username,
            password=body.password,
            address=seen_by(request),
            user_agent=request.headers.get("user-agent", ""),
        )
    if signed is None:
        raise service.WrongCredentials()
    token, account = signed
    return SignedIn(
        token=token,
        expires_in_s=int(service.ABSOLUTE.total_seconds()),
        role=Role(account.role),
        name=account.full_name,
    )


@router.delete("/session", status_code=204, summary="Sign out")
async def sign_out(request: Request, database: Db, actor: AnyStaff) -> Response:
    async with database.transaction() as tx:
        await service.sign_out(tx, session_token(request))
    return Response(status_code=204)


@router.get("/me", summary="Who this session belongs to")
async def me(actor: AnyStaff) -> Me:
    return Me(id=actor.id, name=actor.name, role=actor.role, unit_id=actor.unit_id)


@router.get("/accounts", summary="All accounts (administrators)")
async def accounts(database: Db, actor: Administrator) -> list[AccountRead]:
    async with database.transaction() as tx:
        found = await service.accounts(tx, actor)
    return [AccountRead.model_validate(account) for account in found]


@router.post("/accounts", status_code=201, summary="Create an account (administrators)")
async def create_account(body: AccountCreate, database: Db, actor: Administrator) -> AccountRead:
    async with database.transaction() as tx:
        account = await service.create_account(tx, actor, **body.model_dump())
    return AccountRead.model_validate(account)


@router.patch("/accounts/{account_id}", summary="Disable, enable, or give a new password (administrators)")
async def change_account(account_id: uuid.UUID, body: AccountChange, database: Db, actor: Administrator) -> AccountRead:
    async with database.transaction() as tx:
        if body.password is not None:
            await service.reset_password(tx, actor, account_id, password=body.password)
        if body.active is not None:
            await service.set_active(tx, actor, account_id, active=body.active)
        account = await service.get_account(tx, account_id)
    return AccountRead.model_validate(account)
