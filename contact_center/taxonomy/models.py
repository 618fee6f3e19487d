"""Fields and categories as imported; labels of the classifier are these codes."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from contact_center.db import Base, Codes, Id, Json


class TaxonomyVersion(Base):
    """One import. ``lists`` keeps the small code lists: intents, case types, urgencies, publication, numbers."""

    __tablename__ = "taxonomy_version"

    version: Mapped[str] = mapped_column(primary_key=True)
    sha256: Mapped[str]
    lists: Mapped[Json]
    imported_at: Mapped[datetime]


class Field(Base):
    __tablename__ = "field"

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    description: Mapped[str]
    lead_department: Mapped[str]
    position: Mapped[int]
    active: Mapped[bool] = mapped_column(default=True)


class Category(Base):
    """A kind of matter: who leads it, how fast, whether it needs a place, whether it may be published."""

    __tablename__ = "category"

    code: Mapped[str] = mapped_column(primary_key=True)
    field_code: Mapped[str] = mapped_column(ForeignKey("field.code"), index=True)
    name: Mapped[str]
    description: Mapped[str]
    department: Mapped[str]  # a department type, bound to a unit by place
    co_departments: Mapped[Codes]
    sla_hours: Mapped[int]
    sla_clock: Mapped[str]  # gio_lam_viec, 24x7
    urgency: Mapped[str]
    case_types: Mapped[Codes]
    location_required: Mapped[bool]
    publication: Mapped[str]
    emergency_numbers: Mapped[Codes]
    emergency_policy: Mapped[str | None]
    exclude_named_unit: Mapped[bool] = mapped_column(default=False)
    confidential: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int]
    active: Mapped[bool] = mapped_column(default=True)


class DepartmentType(Base):
    """A type of department as the taxonomy names it; the province binds it to its units."""

    __tablename__ = "department_type"

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    level: Mapped[str]
    kind: Mapped[str]
    note: Mapped[str | None]
    resolve_by_location: Mapped[bool]


class Confusable(Base):
    """Categories people's words do not tell apart, and the one question that does."""

    __tablename__ = "confusable"

    id: Mapped[Id]
    codes: Mapped[Codes]
    question: Mapped[str]
