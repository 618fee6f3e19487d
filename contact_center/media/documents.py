"""Documents an article carries for citizens to download (forms, decisions): told by their content. Pure.

PDF, and Word, Excel and OpenDocument files without macros. The old binary formats of Word and Excel can hide macros
anywhere and are refused.
"""

import io
import zipfile
from pathlib import PurePath

from contact_center.errors import InvalidInput

PDF_BEGINS, ZIP_BEGINS, OLD_OFFICE_BEGINS = b"%PDF-", b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
MOST_PARTS = 5_000
"""An office file of many hundred pages has some hundreds of parts."""

PDF = "application/pdf"
OFFICE = "application/vnd.openxmlformats-officedocument."
BY_PART = {
    "word/document.xml": f"{OFFICE}wordprocessingml.document",
    "xl/workbook.xml": f"{OFFICE}spreadsheetml.sheet",
}
OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
OPEN_TYPES = (f"{OPEN_DOCUMENT}text", f"{OPEN_DOCUMENT}spreadsheet")
LONGEST_TYPE = 100
ENDINGS = {PDF: "pdf", **dict(zip((*BY_PART.values(), *OPEN_TYPES), ("docx", "xlsx", "odt", "ods"), strict=True))}
MACROS = ("vbaProject.bin", "Basic/")


def is_document(data: bytes) -> bool:
    """Whether it claims to be one, good or bad; else it is tried as a picture."""
    return data.startswith((PDF_BEGINS, ZIP_BEGINS, OLD_OFFICE_BEGINS))


def named(name: str, media_type: str) -> str:
    """What a download is called: the name it came with, ending as what it really is."""
    return f"{PurePath(name).stem or 'tai-lieu'}.{ENDINGS[media_type]}"


def media_type_of(data: bytes) -> str:
    """Raises ``InvalidInput`` when it is none that we give to citizens."""
    if data.startswith(PDF_BEGINS):
        return PDF
    if data.startswith(OLD_OFFICE_BEGINS):
        raise InvalidInput(file="old_office")
    return _office(data)


def _office(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            names = packed.namelist()
            if len(names) > MOST_PARTS:
                raise InvalidInput(file="not_a_document")
            if any(macro in name for name in names for macro in MACROS):
                raise InvalidInput(file="runs_something")
            return _of_parts(packed, names)
    except (zipfile.BadZipFile, KeyError, NotImplementedError, RuntimeError, OSError) as error:
        raise InvalidInput(file="not_a_document") from error


def _of_parts(packed: zipfile.ZipFile, names: list[str]) -> str:
    for part, media_type in BY_PART.items():
        if part in names and "[Content_Types].xml" in names:
            return media_type
    if "mimetype" in names and packed.getinfo("mimetype").file_size <= LONGEST_TYPE:
        media_type = packed.read("mimetype").decode("ascii", "replace").strip()
        if media_type in OPEN_TYPES:
            return media_type
    raise InvalidInput(file="not_a_document")
