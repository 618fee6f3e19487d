"""Photos for tests, made on the spot."""

import io

from PIL import Image

ORIENTATION = 0x0112
GPS_IFD = 0x8825
TURNED_RIGHT = 6


def photo(
    *, width: int = 640, height: int = 480, colour: str = "teal", kind: str = "JPEG", exif: Image.Exif | None = None
) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(buffer, kind, exif=exif or Image.Exif())
    return buffer.getvalue()


def photo_with_place(**options: int) -> bytes:
    """As a phone takes it: lying on its side, with camera and position written in."""
    exif = Image.Exif()
    exif[ORIENTATION] = TURNED_RIGHT
    exif[0x010F] = "CameraMaker"
    exif.get_ifd(GPS_IFD)[1] = "N"
    exif.get_ifd(GPS_IFD)[2] = (10.0, 21.0, 30.0)
    return photo(exif=exif, **options)  # type: ignore[arg-type]
