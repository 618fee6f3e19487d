"""Accounts and the audit log, for administrators."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from contact_center.actors import Actor, Role
from contact_center.errors import Conflict, InvalidInput
from contact_center.i18n import has_message, translate
from contact_center.staff import service
from contact_center.staff.permissions import MAY_OPEN, Door
from contact_center.units import service as units
from contact_center.web.deps import Db, signed_in
from contact_center.web.templates import locale_of, render
from nlu.text import fold

router = APIRouter(prefix="/admin")

Administrator = Annotated[Actor, Depends(signed_in(*MAY_OPEN[Door.ACCOUNTS]))]
AUDIT_PAGE = 100


@router.get("/accounts")
async def accounts(
    request: Request, database: Db, actor: Administrator, q: str = "", done: str = "", name: str = ""
) -> Response:
    async with database.transaction() as tx:
        everyone = await service.accounts(tx, actor)
        names = await units.units_by_id(tx, {one.unit_id for one in everyone if one.unit_id})
    wanted = fold(q).split()
    shown = [
        (one, names[one.unit_id].name if one.unit_id else "")
        for one in everyone
        if _fits(wanted, one.username, one.full_name, names[one.unit_id].name if one.unit_id else "")
    ]
    told = translate(f"staff.accounts.{done}", locale_of(request), username=name) if _known(done) else ""
    return render(request, "staff/accounts.html", accounts=shown, q=q, told=told, own_id=actor.id)


def _fits(wanted: list[str], *texts: str) -> bool:
    folded = fold(" ".join(texts))
    return all(word in folded for word in wanted)


def _known(done: str) -> bool:
    return done in {"created", "disabled_done", "enabled_done", "reset_done"}


@router.get("/accounts/new")
async def new_account(request: Request, actor: Administrator) -> Response:
    return _form(request, {}, {})


def _form(request: Request, values: dict[str, str], errors: dict[str, str]) -> Response:
    status = 422 if errors else 200
    return render(request, "staff/new_account.html", status=status, roles=list(Role), values=values, errors=errors)


@router.post("/accounts")
async def create_account(
    request: Request,
    database: Db,
    actor: Administrator,
    username: Annotated[str, Form(max_length=60)] = "",
    full_name: Annotated[str, Form(max_length=120)] = "",
    role: Annotated[str, Form()] = "",
    password: Annotated[str, Form(max_length=1000)] = "",
    extension: Annotated[str, Form(max_length=120)] = "",
    unit_id: Annotated[str, Form()] = "",
    unit_name: Annotated[str, Form(max_length=300)] = "",
) -> Response:
    values = {
        "username": username,
        "full_name": full_name,
        "role": role,
        "extension": extension,
        "unit_id": unit_id,
        "unit_name": unit_name,
    }
    try:
        if role not in set(Role):
            raise InvalidInput(role="required")
        async with database.transaction() as tx:
            account = await service.create_account(
                tx,
                actor,
                username=username,
                full_name=full_name,
                role=Role(role),
                password=password,
                unit_id=(await units.unit(tx, uuid.UUID(unit_id))).id if unit_id else None,
                extension=extension.strip() or None,
            )
    except InvalidInput as error:
        return _form(request, values, error.details)
    except Conflict:
        return _form(request, values, {"username": "taken"})
    return RedirectResponse(f"/admin/accounts?done=created&name={account.username}", status_code=303)


@router.post("/accounts/{account_id}/disable")
async def disable(database: Db, actor: Administrator, account_id: uuid.UUID) -> Response:
    return await _set_active(database, actor, account_id, active=False)


@router.post("/accounts/{account_id}/enable")
async def enable(database: Db, actor: Administrator, account_id: uuid.UUID) -> Response:
    return await _set_active(database, actor, account_id, active=True)


async def _set_active(database: Db, actor: Actor, account_id: uuid.UUID, *, active: bool) -> Response:
    async with database.transaction() as tx:
        account = await service.set_active(tx, actor, account_id, active=active)
    done = "enabled_done" if active else "disabled_done"
    return RedirectResponse(f"/admin/accounts?done={done}&name={account.username}", status_code=303)


@router.get("/accounts/{account_id}/password")
async def password_page(request: Request, database: Db, actor: Administrator, account_id: uuid.UUID) -> Response:
    return await _password_form(request, database, account_id, {})


@router.post("/accounts/{account_id}/password")
async def reset_password(
    request: Request,
    database: Db,
    actor: Administrator,
    account_id: uuid.UUID,
    password: Annotated[str, Form(max_length=1000)] = "",
) -> Response:
    try:
        async with database.transaction() as tx:
            await service.reset_password(tx, actor, account_id, password=password)
            account = await service.get_account(tx, account_id)
    except InvalidInput as error:
        return await _password_form(request, database, account_id, error.details)
    return RedirectResponse(f"/admin/accounts?done=reset_done&name={account.username}", status_code=303)


async def _password_form(request: Request, database: Db, account_id: uuid.UUID, errors: dict[str, str]) -> Response:
    async with database.transaction() as tx:
        account = await service.get_account(tx, account_id)
    return render(request, "staff/reset_password.html", status=422 if errors else 200, account=account, errors=errors)


@router.get("/audit")
async def audit_log(
    request: Request, database: Db, actor: Administrator, action: str = "", before: uuid.UUID | None = None
) -> Response:
    async with database.transaction() as tx:
        lines = await service.audit_log(tx, actor, action=action, before=before, limit=AUDIT_PAGE)
    locale = locale_of(request)
    return render(
        request,
        "staff/audit.html",
        lines=lines,
        action=action,
        actions=[(key, translate(f"staff.action.{key}", locale)) for key in service.AUDITED],
        action_words={line.action: _action_words(line.action, locale) for line in lines},
        older=lines[-1].id if len(lines) == AUDIT_PAGE else None,
    )


def _action_words(action: str, locale: str) -> str:
    key = f"staff.action.{action}"
    return translate(key, locale) if has_message(key) else action
