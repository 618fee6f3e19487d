"""Sample logins: one for each role, and officers of a few units. For trying things out, never for a real province."""

from dataclasses import dataclass

from contact_center.actors import Role

# Shown on the first screen of `make run`; a real installation makes its own accounts.
SAMPLE_PASSWORD = "dongthap1022"  # noqa: S105


@dataclass(frozen=True, slots=True)
class SampleAccount:
    """``unit_code`` is set for officers only."""

    username: str
    full_name: str
    role: Role
    unit_code: str | None = None
    title: str = ""

    def __str__(self) -> str:
        return f"{self.username:<18} {SAMPLE_PASSWORD:<14} {self.title}"


SAMPLE_ACCOUNTS: tuple[SampleAccount, ...] = (
    SampleAccount("tongdai", "Nguyễn Thị Thu Hà", Role.OPERATOR, title="tổng đài viên / operator"),
    SampleAccount("dieuphoi", "Trần Minh Khôi", Role.DISPATCHER, title="điều phối viên / dispatcher"),
    SampleAccount("giamsat", "Lê Ngọc Bích", Role.SUPERVISOR, title="giám sát / supervisor"),
    SampleAccount("quantri", "Phạm Quốc Bảo", Role.ADMINISTRATOR, title="quản trị / administrator"),
    SampleAccount("so-xd", "Võ Thành Long", Role.OFFICER, "so-xd", "cán bộ Sở Xây dựng / officer"),
    SampleAccount(
        "ubnd-mytho", "Huỳnh Thị Mỹ Duyên", Role.OFFICER, "ubnd-28261", "cán bộ UBND Phường Mỹ Tho / officer"
    ),
    SampleAccount("chieusang", "Đặng Hữu Phước", Role.OFFICER, "dv-chieu-sang", "cán bộ chiếu sáng / officer"),
    SampleAccount("capnuoc", "Bùi Văn Tâm", Role.OFFICER, "cap-nuoc", "cán bộ Công ty Cấp nước / officer"),
    SampleAccount(
        "capnuoc-mytho", "Ngô Kim Loan", Role.OFFICER, "cap-nuoc-my-tho", "cán bộ Chi nhánh cấp nước Mỹ Tho / officer"
    ),
)
