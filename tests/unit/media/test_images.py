"""What becomes of the bytes somebody uploads."""

import io
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from contact_center.errors import InvalidInput
from contact_center.media.images import LONGEST_SIDE, THUMBNAIL_SIDE, normalise
from tests.support.pictures import photo, photo_with_place


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_a_photo_of_any_usual_kind_becomes_a_jpeg(kind: str) -> None:
    picture = normalise(photo(kind=kind))
    assert opened(picture.data).format == "JPEG"
    assert picture.media_type == "image/jpeg"


def test_where_and_with_what_it_was_taken_is_forgotten() -> None:
    taken = photo_with_place()
    assert b"CameraMaker" in taken
    picture = normalise(taken)
    for data in (picture.data, picture.thumbnail):
        assert not opened(data).getexif()
        assert b"CameraMaker" not in data


def test_a_photo_taken_on_its_side_stands_upright() -> None:
    picture = normalise(photo_with_place(width=640, height=480))
    assert (picture.width, picture.height) == (480, 640)


def test_a_large_photo_is_shrunk_and_gets_a_thumbnail() -> None:
    picture = normalise(photo(width=4000, height=3000))
    assert max(opened(picture.data).size) == LONGEST_SIDE
    assert max(opened(picture.thumbnail).size) == THUMBNAIL_SIDE


def test_what_is_see_through_becomes_white() -> None:
    buffer = io.BytesIO()
    Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(buffer, "PNG")
    middle = opened(normalise(buffer.getvalue()).data).getpixel((10, 10))
    assert isinstance(middle, tuple)
    assert min(middle) > 240


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not a picture at all",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"GIF89a",
        b"%PDF-1.7 ...",
        photo()[:300],
    ],
    ids=["empty", "text", "svg", "only a header", "pdf", "cut off"],
)
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidInput) as refused:
        normalise(data)
    assert refused.value.details == {"photo": "not_a_picture"}


def enormous_png(side: int) -> bytes:
    """A few bytes that claim to be a picture of ``side`` x ``side``."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [8_000, 15_000, 60_000])
def test_a_picture_that_would_fill_the_memory_is_refused_unopened(side: int) -> None:
    with pytest.raises(InvalidInput):
        normalise(enormous_png(side))


@given(st.binary(max_size=400), st.integers(0, 300))
def test_damaged_bytes_are_refused_or_cleaned_never_a_crash(noise: bytes, at: int) -> None:
    whole = photo(width=32, height=32)
    try:
        picture = normalise(whole[:at] + noise + whole[at:])
    except InvalidInput:
        return
    assert opened(picture.data).format == "JPEG"
