"""Questions about another province: nothing a province publishes answers for its neighbours.

The 63 provinces and cities before 1 July 2025, whose names people still use; those of today are among them.
"""

import re
import unicodedata
from collections.abc import Collection
from functools import lru_cache

from kb import analysis

PROVINCES = re.split(
    ", ",
    "An Giang, Bà Rịa, Vũng Tàu, Bắc Giang, Bắc Kạn, Bạc Liêu, Bắc Ninh, Bến Tre, Bình Định, Bình Dương, Bình Phước, "
    "Bình Thuận, Cà Mau, Cần Thơ, Cao Bằng, Đà Nẵng, Đắk Lắk, Đắk Nông, Điện Biên, Đồng Nai, Đồng Tháp, Gia Lai, "
    "Hà Giang, Hà Nam, Hà Nội, Hà Tĩnh, Hải Dương, Hải Phòng, Hậu Giang, Hòa Bình, Hưng Yên, Khánh Hòa, Kiên Giang, "
    "Kon Tum, Lai Châu, Lâm Đồng, Lạng Sơn, Lào Cai, Long An, Nam Định, Nghệ An, Ninh Bình, Ninh Thuận, Phú Thọ, "
    "Phú Yên, Quảng Bình, Quảng Nam, Quảng Ngãi, Quảng Ninh, Quảng Trị, Sóc Trăng, Sơn La, Tây Ninh, Thái Bình, "
    "Thái Nguyên, Thanh Hóa, Thừa Thiên, Tiền Giang, Trà Vinh, Tuyên Quang, Vĩnh Long, Vĩnh Phúc, Yên Bái, "
    "Sài Gòn, Hồ Chí Minh, TP HCM, TPHCM, Nha Trang, Đà Lạt, Phú Quốc, Thủ Đức",
)
WORDS_TOO = {"hoa binh", "cao bang", "long an", "ha nam"}
"""Without accents these are as often other words."""


def names_another_province(text: str, home: Collection[str]) -> bool:
    """Whether a province is named and ``home`` (the names this province goes by) is not."""
    said = f" {_folded(text)} "
    if any(f" {_folded(name)} " in said for name in home):
        return False
    is_ascii = text.isascii()
    return bool(_names(is_ascii).search(said if is_ascii else _lower(text)))


@lru_cache(maxsize=2)
def _names(is_ascii: bool) -> re.Pattern[str]:
    names = [_folded(name) if is_ascii else _lower(name) for name in PROVINCES]
    return re.compile(rf"\b({'|'.join(name for name in names if not is_ascii or name not in WORDS_TOO)})\b")


def _folded(text: str) -> str:
    return " ".join(syllable.folded for syllable in analysis.syllables(text))


def _lower(text: str) -> str:
    return unicodedata.normalize("NFC", text).lower()
