"""``/simulator``: a phone, an SMS screen and a Zalo chat. Mounted only when no real account is configured."""

import re
from dataclasses import asdict
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, File, Form, Request, UploadFile
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field

from channels.phones import as_e164
from channels.simulator.citizen import new_sid
from contact_center.errors import InvalidInput
from contact_center.i18n import catalogue, translate
from contact_center.simulator import wire
from contact_center.simulator.heard import heard_in
from contact_center.simulator.wire import Manner
from contact_center.web.deps import AppSettings
from contact_center.web.security import verify_csrf
from contact_center.web.templates import locale_of, render

router = APIRouter(prefix="/simulator", include_in_schema=False, dependencies=[Depends(verify_csrf)])

LONGEST_PHOTO = 10_000_000
LONGEST_TEXT = 10_000
ZALO_USER = re.compile(r"[0-9]{4,32}")


class How(BaseModel):
    """The switches of the page."""

    late_s: float = Field(default=0, ge=0, le=wire.LATEST_S)
    twice: bool = False
    forged: bool = False

    @property
    def manner(self) -> Manner:
        return Manner(late_s=self.late_s, twice=self.twice, forged=self.forged)


class SmsIn(BaseModel):
    phone: str
    text: str = Field(max_length=LONGEST_TEXT)
    how: How = How()


class ZaloIn(BaseModel):
    user: str
    text: str = Field(max_length=LONGEST_TEXT)
    how: How = How()


class CallIn(BaseModel):
    phone: str
    how: How = How()


class TurnIn(BaseModel):
    """``url`` is the address the last answer gave."""

    phone: str
    call: str = Field(pattern=r"^CA[0-9a-f]{32}$")
    url: str = ""
    speech: str = Field(default="", max_length=LONGEST_TEXT)
    digits: str = Field(default="", pattern=r"^[0-9*#]{0,20}$")
    how: How = How()


class BehaviourIn(BaseModel):
    """How the stand-in treats what we send: see ``channels/simulator/behaviour.py``."""

    fate: Literal["taken", "refused", "busy", "server_error", "no_answer", "undelivered", "muddled"] = "taken"
    delay_s: float = Field(default=0, ge=0, le=60)
    receipts: Literal["once", "twice", "never"] = "once"


def _phone(raw: str) -> str:
    number = as_e164(raw)
    if number is None:
        raise InvalidInput(phone="not_a_phone")
    return number


def _user(raw: str) -> str:
    if not ZALO_USER.fullmatch(raw):
        raise InvalidInput(user="not_a_user")
    return raw


@router.get("")
async def page(request: Request) -> Response:
    prefix, locale = "simulator.script.", locale_of(request)
    words = {key.removeprefix(prefix): translate(key, locale) for key in catalogue("vi") if key.startswith(prefix)}
    return render(request, "simulator/page.html", script_words=words, latest_s=int(wire.LATEST_S))


@router.post("/sms")
async def send_sms(body: SmsIn, settings: AppSettings) -> dict[str, Any]:
    request = wire.line_of(settings).sms(_phone(body.phone), body.text)
    return _told(await wire.deliver(request, body.how.manner), phone=_phone(body.phone))


@router.post("/zalo")
async def send_zalo(body: ZaloIn, settings: AppSettings) -> dict[str, Any]:
    request = wire.account_of(settings).text(_user(body.user), body.text)
    return _told(await wire.deliver(request, body.how.manner))


@router.post("/zalo/photo")
async def send_zalo_photo(
    settings: AppSettings,
    photo: Annotated[UploadFile, File()],
    user: Annotated[str, Form()],
    text: Annotated[str, Form()] = "",
    late_s: Annotated[float, Form(ge=0, le=wire.LATEST_S)] = 0,
    twice: Annotated[bool, Form()] = False,
    forged: Annotated[bool, Form()] = False,
) -> dict[str, Any]:
    data = await photo.read(LONGEST_PHOTO + 1)
    if len(data) > LONGEST_PHOTO:
        raise InvalidInput(photo="too_large")
    url = await wire.shelve_photo(settings, data, photo.content_type or "application/octet-stream")
    request = wire.account_of(settings).image(_user(user), url, text=text)
    return _told(await wire.deliver(request, Manner(late_s=late_s, twice=twice, forged=forged)))


@router.post("/call")
async def call(body: CallIn, settings: AppSettings) -> dict[str, Any]:
    sid = new_sid("CA")
    answered = await wire.deliver(wire.line_of(settings).call(_phone(body.phone), sid), body.how.manner)
    return {"call": sid, **_voice(answered)}


@router.post("/call/turn")
async def turn(body: TurnIn, settings: AppSettings) -> dict[str, Any]:
    address = wire.turn_address(settings, body.url)
    line, phone = wire.line_of(settings), _phone(body.phone)
    request = line.turn(phone, body.call, address, speech=body.speech, digits=body.digits)
    return _voice(await wire.deliver(request, body.how.manner))


@router.post("/call/end")
async def hang_up(body: TurnIn, settings: AppSettings) -> dict[str, Any]:
    request = wire.line_of(settings).call_status(_phone(body.phone), body.call)
    return _told(await wire.deliver(request, Manner()))


def _told(answered: wire.Answered, **more: Any) -> dict[str, Any]:
    return {"statuses": answered.statuses, **more}


def _voice(answered: wire.Answered) -> dict[str, Any]:
    if answered.statuses[0] != 200:
        return {"statuses": answered.statuses, "heard": None}
    return {"statuses": answered.statuses, "heard": asdict(heard_in(answered.body))}


@router.get("/log")
async def log(settings: AppSettings, after: int = 0) -> JSONResponse:
    return JSONResponse(await wire.log_after(settings, max(after, 0)))


@router.get("/behaviour")
async def behaviour(settings: AppSettings) -> JSONResponse:
    return JSONResponse(await wire.behaviour(settings))


@router.put("/behaviour")
async def change_behaviour(body: BehaviourIn, settings: AppSettings) -> JSONResponse:
    return JSONResponse(await wire.change_behaviour(settings, body.model_dump()))
