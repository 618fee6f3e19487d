"""Articles as programs read them."""

from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

EXAMPLE: dict[str, Any] = {
    "slug": "dang-ky-khai-sinh",
    "kind": "procedure",
    "title": "Đăng ký khai sinh (đúng hạn)",
    "answer": "Khai sinh trong 60 ngày kể từ ngày sinh thì không mất lệ phí.",
    "papers": ["tờ khai đăng ký khai sinh", "giấy chứng sinh"],
    "steps": ["nộp hồ sơ tại Trung tâm Phục vụ hành chính công xã/phường"],
    "days": "",
    "fees": "",
    "where": "",
    "who": "",
    "legal_basis": [],
    "forms": [],
    "code": "",
    "level": [],
    "online": "",
    "category_codes": ["HC-01"],
    "places": [],
    "source": "Luật Hộ tịch 2014",
    "facts_from": "",
    "sample": True,
    "valid_from": "2026-01-01",
    "valid_to": None,
    "version": 1,
    "link": "https://1022.dongthap.gov.vn/hoi-dap/dang-ky-khai-sinh",
}


class ArticleRead(BaseModel):
    """What citizens may read of an article. An empty field means that nobody confirmed it, not that there is none;
    ``sample`` that the authority has not confirmed the article at all."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"examples": [EXAMPLE]})

    slug: str
    kind: str
    title: str
    answer: str
    papers: list[str]
    steps: list[str]
    days: str
    fees: str
    where: str
    who: str
    legal_basis: list[str]
    forms: list[str]
    code: Annotated[str, Field(description="in the national catalogue of procedures")]
    level: list[str]
    online: str
    category_codes: list[str]
    places: Annotated[list[str], Field(description="commune codes; none: the whole province")]
    source: str
    facts_from: str
    sample: bool
    valid_from: date
    valid_to: date | None
    version: Annotated[int, Field(description="grows with every change")]
    link: str = ""


class ArticlePage(BaseModel):
    """``next`` is the ``after`` of the next page, None on the last. ``degraded``: the search server is away, and the
    order of what was found may be poorer."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"articles": [EXAMPLE], "total": 320, "next": None, "degraded": False}]}
    )

    articles: list[ArticleRead]
    total: int
    next: str | None = None
    degraded: bool = False
