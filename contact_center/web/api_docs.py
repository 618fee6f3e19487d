"""``/api/docs``: the JSON API for people to read, made from the same OpenAPI document programs read.

Written by ourselves because the usual viewers load their code from elsewhere, and a hotline may have no internet.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from contact_center.web.templates import render

router = APIRouter(include_in_schema=False)

METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True, slots=True)
class Operation:
    """One call, as a reader needs it. ``examples`` are named JSON texts of request bodies and answers."""

    method: str
    path: str
    summary: str
    description: str
    parameters: tuple[tuple[str, str, bool, str], ...]
    examples: tuple[tuple[str, str], ...]


@router.get("/api/docs")
async def api_docs(request: Request) -> HTMLResponse:
    return render(request, "web/api_docs.html", groups=grouped(request.app.openapi()))


def grouped(document: dict[str, Any]) -> dict[str, list[Operation]]:
    """Operations by their first tag, in the document's order."""
    groups: dict[str, list[Operation]] = {}
    schemas = document.get("components", {}).get("schemas", {})
    for path, methods in document["paths"].items():
        for method in METHODS:
            if method in methods:
                tag = (methods[method].get("tags") or ["other"])[0]
                groups.setdefault(tag, []).append(_operation(path, method, methods[method], schemas))
    return groups


def _operation(path: str, method: str, described: dict[str, Any], schemas: dict[str, Any]) -> Operation:
    return Operation(
        method=method.upper(),
        path=path,
        summary=described.get("summary", ""),
        description=described.get("description", ""),
        parameters=tuple(
            (item["name"], item["in"], item.get("required", False), item.get("description", ""))
            for item in described.get("parameters", ())
        ),
        examples=tuple(_examples(described, schemas)),
    )


def _examples(described: dict[str, Any], schemas: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """What the call itself shows, else the example of the type it carries."""
    bodies = {"request": described.get("requestBody", {}), **described.get("responses", {})}
    for name, body in bodies.items():
        for content in body.get("content", {}).values():
            example = content.get("example") or _example_of(content.get("schema", {}), schemas)
            if example is not None:
                yield name, _pretty(example)


def _example_of(schema: dict[str, Any], schemas: dict[str, Any]) -> Any:
    if schema.get("type") == "array":
        inner = _example_of(schema.get("items", {}), schemas)
        return None if inner is None else [inner]
    found = schemas.get(schema.get("$ref", "").rpartition("/")[2], schema)
    examples = found.get("examples") or [found.get("example")]
    return examples[0]


def _pretty(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)
