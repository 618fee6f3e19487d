"""Which unit stands for a department type, here or in the whole province."""

import uuid
from datetime import date

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from contact_center.db import Base, Id


class UnitBinding(Base):
    """``commune_code`` None binds the type for the whole province; a binding for the commune goes first."""

    __tablename__ = "unit_binding"
    __table_args__ = (
        Index(
            "uq_unit_binding_area",
            "department_type",
            text("coalesce(commune_code, '')"),
            unique=True,
            postgresql_where=text("valid_to is null"),
        ),
    )

    id: Mapped[Id]
    department_type: Mapped[str] = mapped_column(ForeignKey("department_type.code"))
    commune_code: Mapped[str | None] = mapped_column(ForeignKey("commune.code"))
    unit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("unit.id"), index=True)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
