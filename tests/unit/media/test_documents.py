"""Documents are told by what is in them, never by what they are called."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contact_center.errors import InvalidInput
from contact_center.media import documents


def packed(**parts: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as file:
        for name, text in parts.items():
            file.writestr(name, text)
    return held.getvalue()


def test_an_open_document_says_itself_what_it_is() -> None:
    assert documents.media_type_of(packed(mimetype="application/vnd.oasis.opendocument.text")).endswith(".text")
    with pytest.raises(InvalidInput):
        documents.media_type_of(packed(mimetype="application/x-msdownload"))


def test_a_download_ends_as_what_it_is() -> None:
    assert documents.named("Tờ khai.doc.exe", documents.PDF) == "Tờ khai.doc.pdf"
    assert documents.named("", documents.PDF) == "tai-lieu.pdf"


def verdict_on(data: bytes) -> object:
    """A media type, or the key of the sentence that refuses it; anything else is a crash."""
    try:
        return documents.media_type_of(data)
    except InvalidInput as refused:
        return refused.details["file"]


VERDICTS = {*documents.ENDINGS, "old_office", "not_a_document", "runs_something"}


@given(st.sampled_from([b"PK\x03\x04", b"%PDF-", b"\xd0\xcf\x11\xe0"]), st.binary(max_size=300))
def test_damaged_bytes_are_a_document_or_refused_never_a_crash(begins: bytes, rest: bytes) -> None:
    assert documents.is_document(begins + rest)
    assert verdict_on(begins + rest) in VERDICTS


@given(st.binary(min_size=1, max_size=600))
def test_a_word_file_overwritten_anywhere_is_no_crash(noise: bytes) -> None:
    whole = packed(**{"[Content_Types].xml": "<x/>", "word/document.xml": "<x/>"})
    at = noise[0] % len(whole)
    assert verdict_on(whole[:at] + noise + whole[at + len(noise) :]) in VERDICTS
