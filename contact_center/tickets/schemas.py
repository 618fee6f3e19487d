"""Tickets on the wire, every bound stated."""

import uuid
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from contact_center.tickets.opening import LONGEST_DESCRIPTION, LONGEST_LINE
from contact_center.tickets.workflow import Action, Rating, State

TICKET_EXAMPLE: dict[str, JsonValue] = {
    "id": "0193f3c8-1c5e-7b6a-9d2f-3a4b5c6d7e8f",
    "code": "540951815",
    "version": 3,
    "state": "in_progress",
    "case_type": "phan_anh",
    "category_code": "NU-03",
    "category_name": "Rò rỉ, bể ống nước",
    "urgency": "cao",
    "unit_id": "0193f3c8-0a1b-7c2d-8e3f-4a5b6c7d8e9f",
    "unit_code": "cap-nuoc-my-tho",
    "unit_name": "Chi nhánh cấp nước Mỹ Tho",
    "description": "Ống nước bể trước số 214 đường Ấp Bắc",
    "place_text": "214 Ấp Bắc",
    "commune_code": "28261",
    "commune_name": "Phường Mỹ Tho",
    "channel": "voice",
    "contact_name": "N. V. An",
    "contact_phone": "09•• ••• 678",
    "original_due_at": "2026-11-23T02:00:00Z",
    "due_at": "2026-11-23T02:00:00Z",
    "overdue": False,
    "created_at": "2026-11-22T18:00:00Z",
    "actions": ["resolve", "note"],
}
PUBLIC_EXAMPLE: dict[str, JsonValue] = {
    "code": "540951815",
    "state": "resolved",
    "category_name": "Rò rỉ, bể ống nước",
    "unit_name": "Chi nhánh cấp nước Mỹ Tho",
    "description": "Ống nước bể trước số 214 đường Ấp Bắc",
    "place_text": "214 Ấp Bắc",
    "commune_name": "Phường Mỹ Tho",
    "original_due_at": "2026-11-23T02:00:00Z",
    "due_at": "2026-11-23T02:00:00Z",
    "overdue": False,
    "resolution": "Đã thay đoạn ống hỏng lúc 20 giờ ngày 22/11.",
    "rating": None,
    "no_response": False,
    "created_at": "2026-11-22T18:00:00Z",
    "actions": ["rate", "reopen"],
    "events": [],
}


class Wire(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class TicketRead(Wire):
    """A ticket as this member of staff may see it; contacts are masked, and absent for officers."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"examples": [TICKET_EXAMPLE]})

    id: uuid.UUID
    code: str
    version: int
    state: State
    case_type: str
    category_code: str
    category_name: str
    urgency: str
    unit_id: uuid.UUID | None
    unit_code: str | None
    unit_name: str
    description: str
    place_text: str
    commune_code: str | None
    commune_name: str
    place_candidates: list[str]
    latitude: float | None
    longitude: float | None
    occurred_text: str
    channel: str
    conversation_id: uuid.UUID | None
    contact_name: str | None
    contact_phone: str | None
    anonymous: bool
    sealed: bool
    original_due_at: datetime | None
    due_at: datetime | None
    overdue: bool
    resolution: str | None
    rating: Rating | None
    reopened_count: int
    returned_count: int
    created_at: datetime
    routed_at: datetime | None
    resolved_at: datetime | None
    closed_at: datetime | None
    actions: list[Action]


class EventRead(Wire):
    """One step of the history."""

    id: uuid.UUID
    seq: int
    action: Action
    from_state: State | None
    to_state: State
    actor_kind: str
    actor_role: str | None
    unit_id: uuid.UUID | None
    unit_name: str
    text: str
    reason: str | None
    data: dict[str, Any]
    at: datetime


class PublicEventRead(Wire):
    action: Action
    to_state: State
    unit_name: str
    text: str
    data: dict[str, Any]
    at: datetime


class PublicTicketRead(Wire):
    """A ticket as its citizen sees it."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"examples": [PUBLIC_EXAMPLE]})

    code: str
    state: State
    category_name: str
    unit_name: str
    description: str
    place_text: str
    commune_name: str
    original_due_at: datetime | None
    due_at: datetime | None
    overdue: bool
    resolution: str | None
    rating: Rating | None
    no_response: bool
    created_at: datetime
    resolved_at: datetime | None
    closed_at: datetime | None
    actions: list[Action]
    events: list[PublicEventRead]


class SuggestionRead(BaseModel):
    """One of the machine's guesses. ``reason`` says why this unit, or why none (``needs_place`` ...)."""

    category_code: str
    category_name: str
    probability: float
    words: str
    unit_id: uuid.UUID | None
    unit_name: str | None
    reason: str
    needs_place: bool


class DispatchRead(BaseModel):
    ticket: TicketRead
    suggestions: list[SuggestionRead]
    returned_reason: str | None
    returned_text: str | None
    suggested_unit_id: uuid.UUID | None


class ActionRequest(BaseModel):
    """What to do with a ticket; which fields are needed depends on the action."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"action": "accept", "version": 1},
                {
                    "action": "return",
                    "version": 2,
                    "text": "Đoạn này do thành phố quản lý",
                    "reason": "other_unit",
                    "unit_id": "0193f3c8-0a1b-7c2d-8e3f-4a5b6c7d8e9f",
                },
                {"action": "resolve", "version": 3, "text": "Đã thay bóng đèn lúc 19 giờ ngày 22/11."},
            ]
        },
    )

    action: Action
    version: Annotated[int, Field(ge=1, description="the version that was looked at")]
    text: Annotated[str, Field(max_length=5_000)] = ""
    reason: Annotated[str | None, Field(max_length=100)] = None
    unit_id: uuid.UUID | None = None
    category_code: Annotated[str | None, Field(max_length=10)] = None
    commune_code: Annotated[str | None, Field(max_length=5)] = None
    media_ids: Annotated[list[uuid.UUID], Field(max_length=10)] = []


class CitizenActionRequest(BaseModel):
    """What the holder of a ticket's link may do."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"action": "rate", "rating": "unsatisfied", "text": "Đèn sáng được một đêm lại tắt"},
                {"action": "reopen", "text": "Đèn vẫn chưa sáng"},
            ]
        },
    )

    action: Literal["rate", "reopen", "withdraw", "add_information"]
    rating: Rating | None = None
    text: Annotated[str, Field(max_length=5_000)] = ""
    media_ids: Annotated[list[uuid.UUID], Field(max_length=10)] = []


class ContactRead(BaseModel):
    name: str | None
    phone: str | None


class ReportCreate(BaseModel):
    """A citizen's report. Without a category the machine proposes one, or leaves it to the dispatcher."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "description": "Đèn đường hẻm 12 Ấp Bắc tắt ba đêm nay, tối om",
                    "place_text": "hẻm 12 Ấp Bắc",
                    "commune_code": "28261",
                    "contact_phone": "0912345678",
                    "publish_consent": False,
                }
            ]
        },
    )

    description: Annotated[str, Field(min_length=1, max_length=LONGEST_DESCRIPTION)]
    category_code: Annotated[str | None, Field(max_length=10)] = None
    place_text: Annotated[str, Field(max_length=LONGEST_LINE)] = ""
    commune_code: Annotated[str | None, Field(max_length=5)] = None
    latitude: Annotated[float | None, Field(ge=-90, le=90)] = None
    longitude: Annotated[float | None, Field(ge=-180, le=180)] = None
    contact_name: Annotated[str | None, Field(max_length=LONGEST_LINE)] = None
    contact_phone: Annotated[str | None, Field(max_length=20, pattern=r"^[+0-9 .()-]*$")] = None
    anonymous: bool = False
    publish_consent: bool = False
    media_ids: Annotated[list[uuid.UUID], Field(max_length=10)] = []


class ReportOpened(BaseModel):
    """``emergency_number`` is set when somebody may be in danger: show it first."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "code": "540951815",
                    "link": "https://1022.dongthap.gov.vn/p/jyyv4NBU7Qdb",
                    "state": "routed",
                    "unit_name": "Đơn vị quản lý chiếu sáng công cộng",
                    "due_at": "2026-11-25T10:00:00Z",
                    "emergency_number": None,
                }
            ]
        }
    )

    code: str
    link: str
    state: State
    unit_name: str
    due_at: datetime | None
    emergency_number: str | None
