"""Pictures as we keep them: checked by content, stripped of what cameras add, of bounded size. Pure."""

import io
import warnings
from dataclasses import dataclass

from PIL import Image, ImageOps, UnidentifiedImageError

from contact_center.errors import InvalidInput

# A 12-megapixel phone photo fits four times; a "decompression bomb" does not.
MOST_PIXELS = 50_000_000
LONGEST_SIDE = 2048
THUMBNAIL_SIDE = 400
QUALITY = 82
# The photos of some phones (MPO) are opened as the JPEG they begin with.
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")


@dataclass(frozen=True, slots=True)
class Picture:
    """A JPEG without metadata (no camera, no place, no time) and its thumbnail."""

    data: bytes
    thumbnail: bytes
    width: int
    height: int
    media_type: str = "image/jpeg"


def normalise(data: bytes) -> Picture:
    """Decode, turn upright, shrink, re-encode. Raises ``InvalidInput`` when the bytes are no picture we take.

    Re-encoding is what makes a file safe to serve: whatever else was hidden in it does not survive.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
                if opened.width * opened.height > MOST_PIXELS:
                    raise InvalidInput(photo="too_many_pixels")
                upright = _on_white(ImageOps.exif_transpose(opened))
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombWarning) as error:
        raise InvalidInput(photo="not_a_picture") from error
    except Image.DecompressionBombError as error:
        raise InvalidInput(photo="too_many_pixels") from error
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    small = upright.copy()
    small.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
    return Picture(_jpeg(upright), _jpeg(small), upright.width, upright.height)


def _on_white(image: Image.Image) -> Image.Image:
    """Without transparency: what was see-through would come out black otherwise."""
    if not image.has_transparency_data:
        return image.convert("RGB")
    layers = image.convert("RGBA")
    ground = Image.new("RGB", layers.size, "white")
    ground.paste(layers, mask=layers.getchannel("A"))
    return ground


def _jpeg(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=QUALITY, optimize=True)
    return buffer.getvalue()
