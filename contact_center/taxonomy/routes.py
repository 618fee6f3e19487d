"""The taxonomy over JSON: read by anybody, replaced by an administrator."""

from typing import Annotated

from fastapi import APIRouter, Body, Depends
from pydantic import BaseModel, ConfigDict

from contact_center.actors import Actor, Role
from contact_center.staff import service as staff
from contact_center.taxonomy import service
from contact_center.web.deps import Db, signed_in
from contact_center.web.security import verify_csrf

router = APIRouter(prefix="/api/v1", tags=["taxonomy"], dependencies=[Depends(verify_csrf)])

LONGEST_FILE = 2_000_000


class Wire(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class CategoryRead(Wire):
    code: str
    field_code: str
    name: str
    description: str
    department: str
    sla_hours: int
    sla_clock: str
    urgency: str
    case_types: list[str]
    location_required: bool
    publication: str
    emergency_numbers: list[str]


class FieldRead(Wire):
    code: str
    name: str
    description: str


class NamedCodeRead(Wire):
    code: str
    name: str
    note: str


class TaxonomyRead(Wire):
    """The taxonomy in force."""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "examples": [
                {
                    "version": "2026-11-21",
                    "fields": [{"code": "HT", "name": "Hạ tầng kỹ thuật đô thị", "description": ""}],
                    "categories": [
                        {
                            "code": "HT-01",
                            "field_code": "HT",
                            "name": "Chiếu sáng công cộng",
                            "description": "Đèn đường hỏng",
                            "department": "dv_chieu_sang",
                            "sla_hours": 16,
                            "sla_clock": "gio_lam_viec",
                            "urgency": "thuong",
                            "case_types": ["phan_anh"],
                            "location_required": True,
                            "publication": "cong_khai",
                            "emergency_numbers": [],
                        }
                    ],
                    "intents": [],
                    "case_types": [{"code": "phan_anh", "name": "Phản ánh hiện trường", "note": ""}],
                    "urgencies": [],
                }
            ]
        },
    )

    version: str
    fields: list[FieldRead]
    categories: list[CategoryRead]
    intents: list[NamedCodeRead]
    case_types: list[NamedCodeRead]
    urgencies: list[NamedCodeRead]


class ImportRead(Wire):
    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "examples": [{"version": "2026-11-21", "fields": 19, "categories": 91, "departments": 42, "changed": True}]
        },
    )

    version: str
    fields: int
    categories: int
    departments: int
    changed: bool


@router.get("/taxonomy", summary="Fields, categories and code lists in force")
async def read_taxonomy(database: Db) -> TaxonomyRead:
    async with database.transaction() as tx:
        return TaxonomyRead.model_validate(await service.snapshot(tx))


@router.put(
    "/taxonomy",
    summary="Replace the taxonomy by a YAML file",
    responses={422: {"description": "taxonomy_refused: line, path and code of every fault; nothing changed"}},
)
async def replace_taxonomy(
    database: Db,
    actor: Annotated[Actor, Depends(signed_in(Role.ADMINISTRATOR))],
    text: Annotated[str, Body(media_type="application/yaml", max_length=LONGEST_FILE)],
) -> ImportRead:
    async with database.transaction() as tx:
        report = await service.import_text(tx, text)
        await staff.audit(tx, actor, action="taxonomy_imported", subject_kind="taxonomy", subject_id=report.version)
    return ImportRead.model_validate(report)
