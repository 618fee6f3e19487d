"""Streets said with their word of kind: "hẻm 12 đường Thái Sanh Hạnh", heard without capitals and numbers in words.

The names are streets of our towns; a name alone is no street (a school or a hospital may carry it), a name after
"đường" is one, and a span that covers part of a name covers all of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from nlu.phrases import PhraseTable
from nlu.spoken_numbers import is_number_word
from nlu.text import Token

_WAYS = {"duong": {"đường"}, "lo": {"lộ"}, "pho": {"phố"}}
_BEFORE_NUMBER = {"so": {"số"}, "nha": {"nhà"}, "hem": {"hẻm"}, "ngo": {"ngõ"}, "kiet": {"kiệt"}}
_LONGEST_NUMBER = 5
"""Words of a house number: "ba trăm linh hai", "một trăm hai mươi lăm"."""

_NAMES = """
    Ấp Bắc | An Dương Vương | Âu Cơ | Bà Huyện Thanh Quan | Bạch Đằng | Bùi Thị Xuân | Cách Mạng Tháng Tám | Cao Thắng |
    Châu Văn Liêm | Chi Lăng | Chu Văn An | Đặng Văn Bình | Điện Biên Phủ | Đinh Bộ Lĩnh | Đinh Tiên Hoàng |
    Đoàn Thị Nghiệp | Đoàn Thị Điểm | Đỗ Công Tường | Đốc Binh Kiều | Đồng Khởi | Đống Đa | Hai Bà Trưng | Hàm Nghi |
    Hòa Đông | Hoàng Diệu | Hoàng Hoa Thám | Hoàng Sa | Hoàng Văn Thụ | Hoàng Việt | Học Lạc | Hồ Tùng Mậu |
    Hồ Văn Nhánh | Hồ Xuân Hương | Hùng Vương | Huỳnh Thúc Kháng | Huỳnh Tịnh Của | Huyền Trân Công Chúa | Lạc Long Quân
    | Lãnh Binh Cẩn | Lê Anh Xuân | Lê Chân | Lê Duẩn | Lê Đại Hành | Lê Hồng Phong | Lê Lai | Lê Lợi | Lê Quý Đôn |
    Lê Thánh Tôn | Lê Thị Hồng Gấm | Lê Thị Riêng | Lê Văn Duyệt | Lê Văn Đáng | Lê Văn Phẩm | Lê Văn Tám | Lưu Văn Lang
    | Lý Nam Đế | Lý Thái Tổ | Lý Thường Kiệt | Lý Tự Trọng | Mạc Đĩnh Chi | Mai Văn Khải | Nam Kỳ Khởi Nghĩa |
    Ngô Gia Tự | Ngô Quyền | Ngô Sĩ Liên | Ngô Thời Nhậm | Ngô Tùng Châu | Nguyễn An Ninh | Nguyễn Bỉnh Khiêm |
    Nguyễn Chí Thanh | Nguyễn Công Bình | Nguyễn Công Trứ | Nguyễn Cư Trinh | Nguyễn Đình Chiểu | Nguyễn Du | Nguyễn Huệ
    | Nguyễn Hữu Cảnh | Nguyễn Hữu Huân | Nguyễn Minh Đường | Nguyễn Minh Trí | Nguyễn Quang Diêu | Nguyễn Sinh Sắc |
    Nguyễn Tất Thành | Nguyễn Thái Học | Nguyễn Thị Lựu | Nguyễn Thị Minh Khai | Nguyễn Thị Thập | Nguyễn Trãi |
    Nguyễn Tri Phương | Nguyễn Trung Trực | Nguyễn Trường Tộ | Nguyễn Văn Cừ | Nguyễn Văn Nguyễn | Nguyễn Văn Trỗi |
    Nguyễn Văn Tre | Nguyễn Văn Côn | Nguyễn Viết Xuân | Ông Ích Khiêm | Phạm Hồng Thái | Phạm Hữu Lầu | Phạm Ngũ Lão |
    Phan Bội Châu | Phan Chu Trinh | Phan Đình Phùng | Phan Hiến Đạo | Phan Thanh Giản | Phan Văn Khỏe | Phan Văn Trị |
    Phù Đổng | Phùng Hưng | Quang Trung | Rạch Gầm | Tết Mậu Thân | Thái Sanh Hạnh | Thiên Hộ Dương | Thoại Ngọc Hầu |
    Thống Linh | Thủ Khoa Huân | Tôn Đức Thắng | Tôn Thất Tùng | Trần Bình Trọng | Trần Công Tường | Trần Hưng Đạo |
    Trần Ngọc Giải | Trần Nguyên Hãn | Trần Nhật Duật | Trần Phú | Trần Quang Diệu | Trần Quang Khải | Trần Quốc Toản |
    Trần Tế Xương | Trần Thị Nhượng | Trần Văn Năng | Triệu Thị Trinh | Trưng Nhị | Trưng Nữ Vương | Trưng Trắc |
    Trường Sa | Trường Chinh | Trương Định | Trương Vĩnh Ký | Võ Duy Linh | Võ Nguyên Giáp | Võ Thị Sáu | Võ Trường Toản
    | Võ Văn Kiệt | Vương Hồng Sển | Xô Viết Nghệ Tĩnh | Yersin
    """
NAMES = tuple(" ".join(name.split()) for name in _NAMES.split("|"))


@cache
def _table() -> PhraseTable[str]:
    return PhraseTable((name.lower(), name) for name in NAMES)


def street_names(tokens: Sequence[Token]) -> list[tuple[int, int]]:
    """Token spans (first, last exclusive) of known names of streets, whatever they name here."""
    return [(hit.first, hit.last) for hit in _table().find(tokens)]


def marks(tokens: Sequence[Token], names: Sequence[tuple[int, int]]) -> dict[int, str]:
    """For each token of a known name: `b` where the name begins, `i` inside, `e` at its end."""
    found: dict[int, str] = {}
    for first, last in names:
        found.update(dict.fromkeys(range(first, last), "i"))
        found[first], found[last - 1] = "b", "e"
    return found


def streets(tokens: Sequence[Token], names: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Token spans of known streets said as such: the word of kind, the name, and the house number before them."""
    found = []
    for first, last in names:
        is_crossing = first > 1 and tokens[first - 2].lower == "giao"  # "giao lộ" is no street
        if first and _is_one_of(tokens[first - 1], _WAYS) and not is_crossing:
            found.append((number_before(tokens, first - 1), last))
    return found


def number_before(tokens: Sequence[Token], first: int) -> int:
    """Where "hẻm tám mươi tám" or "số nhà 12" before a street begins; `first` itself when there is none."""
    start = first
    while start and first - start < _LONGEST_NUMBER and _may_be_in_number(tokens[start - 1]):
        start -= 1
    if start == first or not start or not _is_one_of(tokens[start - 1], _BEFORE_NUMBER):
        return first
    while start and _is_one_of(tokens[start - 1], _BEFORE_NUMBER):
        start -= 1
    return start


def _may_be_in_number(token: Token) -> bool:
    return is_number_word(token) or (token.folded[0].isdecimal() and len(token.folded) <= 5)


def _is_one_of(token: Token, words: dict[str, set[str]]) -> bool:
    accented = words.get(token.folded)
    return accented is not None and (token.lower == token.folded or token.lower in accented)
