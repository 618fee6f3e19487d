"""Signing in and out, one's own account, presence."""

from datetime import timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from contact_center.actors import Actor
from contact_center.clock import local, utc_now
from contact_center.errors import InvalidInput, NotFound, TooManyRequests
from contact_center.staff import admin_pages, service
from contact_center.staff.permissions import MAY_OPEN, Door, home
from contact_center.units import service as units
from contact_center.web.deps import AppSettings, CurrentActor, Db, Limiter, session_token, signed_in
from contact_center.web.forms import done, safe_path, seen_by
from contact_center.web.security import SESSION_COOKIE, verify_csrf
from contact_center.web.templates import render

router = APIRouter(include_in_schema=False, dependencies=[Depends(verify_csrf)])
router.include_router(admin_pages.router)

AnyStaff = Annotated[Actor, Depends(signed_in())]
Agent = Annotated[Actor, Depends(signed_in(*MAY_OPEN[Door.DESK]))]
# A burst of parallel tries is slowed before any of them is counted in the database.
TRIES_AT_ONCE = 20


@router.get("/sign-in")
async def sign_in_page(request: Request, actor: CurrentActor, next: str = "") -> Response:
    if actor is not None:
        return RedirectResponse(safe_path(next, home(actor)), status_code=303)
    return render(request, "staff/sign_in.html", next=next, username="", problem="")


@router.post("/sign-in")
async def sign_in(
    request: Request,
    database: Db,
    settings: AppSettings,
    limiter: Limiter,
    username: Annotated[str, Form(max_length=100)],
    password: Annotated[str, Form(max_length=1000)],
    next: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    address = seen_by(request)
    try:
        await limiter.check(f"sign-in:{username.strip().lower()}", most=TRIES_AT_ONCE, window_s=60)
        async with database.transaction() as tx:
            signed = await service.sign_in(
                tx,
                username=username,
                password=password,
                address=address,
                user_agent=request.headers.get("user-agent", ""),
            )
            earlier = request.cookies.get(SESSION_COOKIE)
            if signed is not None and earlier:
                await service.sign_out(tx, earlier)
    except TooManyRequests as error:
        until = local(utc_now() + timedelta(seconds=error.details["retry_after_s"]))
        return _refused(request, username, next, problem="locked", until=until.strftime("%H:%M"), status=429)
    if signed is None:
        return _refused(request, username, next, problem="wrong", status=401)
    token, account = signed
    response = RedirectResponse(safe_path(next, home(service.actor_from(account))), status_code=303)
    response.set_cookie(
        SESSION_COOKIE,
        token,
        max_age=int(service.ABSOLUTE.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=settings.secure_cookies,
    )
    return response


def _refused(request: Request, username: str, next: str, *, problem: str, status: int, until: str = "") -> Response:
    return render(
        request, "staff/sign_in.html", status=status, next=next, username=username, problem=problem, until=until
    )


@router.post("/sign-out")
async def sign_out(request: Request, database: Db) -> Response:
    async with database.transaction() as tx:
        await service.sign_out(tx, session_token(request))
    response = RedirectResponse("/sign-in", status_code=303)
    response.delete_cookie(SESSION_COOKIE)
    return response


@router.get("/staff")
async def first_page(actor: AnyStaff) -> Response:
    return RedirectResponse(home(actor), status_code=303)


@router.get("/account")
async def own_account(request: Request, database: Db, actor: AnyStaff, done: str = "") -> Response:
    return await _own_account(request, database, actor, done=done == "password")


@router.post("/account/password")
async def change_password(
    request: Request,
    database: Db,
    actor: AnyStaff,
    present: Annotated[str, Form(max_length=1000)],
    new: Annotated[str, Form(max_length=1000)],
) -> Response:
    try:
        async with database.transaction() as tx:
            await service.change_own_password(tx, actor, present=present, new=new, keep_token=session_token(request))
    except InvalidInput as error:
        return await _own_account(request, database, actor, errors=error.details)
    return RedirectResponse("/account?done=password", status_code=303)


async def _own_account(
    request: Request, database: Db, actor: Actor, *, done: bool = False, errors: dict[str, str] | None = None
) -> Response:
    if actor.id is None:
        raise NotFound(what="account")
    async with database.transaction() as tx:
        account = await service.get_account(tx, actor.id)
        unit = await units.unit(tx, account.unit_id) if account.unit_id else None
    status = 422 if errors else 200
    return render(
        request, "staff/account.html", status=status, account=account, unit=unit, done=done, errors=errors or {}
    )


# --- presence -----------------------------------------------------------------------------------------------------


@router.post("/presence")
async def set_presence(
    request: Request, database: Db, actor: Agent, state: Annotated[Literal["ready", "break", "away"], Form()]
) -> Response:
    async with database.transaction() as tx:
        await service.set_presence(tx, actor, state)
    return done(request, "/desk")


@router.post("/presence/heartbeat")
async def heartbeat(database: Db, actor: Agent) -> Response:
    async with database.transaction() as tx:
        await service.heartbeat(tx, actor)
    return Response(status_code=204)
