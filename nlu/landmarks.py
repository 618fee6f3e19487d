"""Words that begin a place without being a street or a unit: "bến đò", "trạm thu phí", "trường tiểu học"; and names of
places elsewhere in the country, which are said often ("lên Cần Thơ làm giấy") and mean no commune of ours.

Only cues for the place tagger, which learns from the corpus when such a word is a place and how far it reaches.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import chain

from nlu.phrases import PhraseTable
from nlu.text import Token, fold


def _phrases(text: str) -> tuple[str, ...]:
    return tuple(" ".join(phrase.split()).lower() for phrase in text.split("|"))


_LANDMARKS = _phrases(
    """
    bến đò | bến phà | bến xe | bến tàu | bến sông | bến ghe | bến cảng | bến cá | trạm y tế | trạm xá |
    trạm thu phí | trạm bơm | trạm xăng | trạm xe buýt | trạm dừng | trạm điện | trạm cấp nước | cây xăng |
    cột cây số | bệnh viện | phòng khám | trung tâm y tế | trung tâm hành chính | trung tâm thương mại |
    trung tâm văn hóa | nhà văn hóa | trường tiểu học | trường mầm non | trường mẫu giáo | trường cấp | trường học |
    trường đại học | trường cao đẳng | trường chuyên | nhà trẻ | nhóm trẻ | nhà thờ | nhà lồng | nhà máy | nhà nghỉ
    | nhà trọ | nhà hàng | nhà thuốc | nhà ga | chùa | đình | miễu | miếu | thánh thất | nghĩa trang | đài liệt sĩ |
    tượng đài | công viên | quảng trường | bờ kè | bờ hồ | bờ sông | bờ kênh | bờ kinh | đê bao | con đê | chân đê |
    mặt đê | bờ đê | cù lao | cồn | bãi rác | bãi xe | bãi cát | bãi bồi | khu công nghiệp | cụm công nghiệp |
    khu đô thị | khu dân cư | khu tái định cư | khu tập thể | khu phố | khu vực | khu du lịch | khu nhà ở | khu chợ
    | chung cư | cư xá | dãy trọ | xóm chài | làng hoa | làng nghề | làng bè | cánh đồng | khách sạn | quán cà phê |
    quán cơm | quán nhậu | tiệm vàng | siêu thị | bách hóa | bưu điện | ngân hàng | ủy ban | công an | đồn công an |
    kho bạc | tòa án | một cửa | bùng binh | vòng xoay | ngã ba | ngã tư | ngã năm | ngã sáu | vòng xuyến | nút giao
    | chân cầu | dốc cầu | gầm cầu | đầu cầu | mố cầu | đầu hẻm | cuối hẻm | đầu ngõ | cuối ngõ | đầu xóm | cuối xóm
    | đầu đường | cuối đường | đầu làng | lò gạch | lò sấy | vàm | rạch | kênh | kinh | mương | sông | cống | cầu |
    chợ | đập | hồ | cây cầu | đường dẫn | đường vành đai | đường huyện | đường tỉnh | quốc lộ | tỉnh lộ | hương lộ
    | huyện lộ | đường liên xã | đường liên ấp | đường đal | cao tốc | cây số | cột mốc | sân bóng | sân vận động |
    hồ bơi | cửa biển | cửa sông | biển | đầm | ao | rừng tràm | vườn quốc gia | trại giam | trại heo | trại gà |
    trại cá | vựa | xưởng | kho
    """
)

_ELSEWHERE = _phrases(
    """
    An Giang | Bà Rịa | Vũng Tàu | Bạc Liêu | Bắc Giang | Bắc Kạn | Bắc Ninh | Bến Tre | Bình Dương | Bình Định |
    Bình Phước | Bình Thuận | Cà Mau | Cao Bằng | Cần Thơ | Đà Lạt | Đà Nẵng | Đắk Lắk | Đắk Nông | Điện Biên |
    Đồng Nai | Gia Lai | Hà Giang | Hà Nam | Hà Nội | Hà Tĩnh | Hải Dương | Hải Phòng | Hậu Giang | Hòa Bình |
    Hưng Yên | Huế | Khánh Hòa | Kiên Giang | Kon Tum | Lai Châu | Lạng Sơn | Lào Cai | Lâm Đồng | Long An |
    Long Xuyên | Nam Định | Nghệ An | Ninh Bình | Ninh Thuận | Nha Trang | Phan Thiết | Phú Quốc | Phú Thọ | Phú Yên
    | Pleiku | Quảng Bình | Quảng Nam | Quảng Ngãi | Quảng Ninh | Quảng Trị | Quy Nhơn | Rạch Giá | Sài Gòn |
    Sóc Trăng | Sơn La | Tân An | Tây Ninh | Thái Bình | Thái Nguyên | Thanh Hóa | Thừa Thiên Huế | Thủ Đức |
    Trà Vinh | Tuyên Quang | Vinh | Vĩnh Long | Vĩnh Phúc | Yên Bái | Biên Hòa | Buôn Ma Thuột | Châu Đốc | Hà Tiên
    | Mộc Hóa | Kiến Tường | Hồ Chí Minh | Campuchia | Bavet | Phnôm Pênh | Mộc Bài
    """
)


_ELSEWHERE_NAMES = frozenset({*_ELSEWHERE, *map(fold, _ELSEWHERE)})


def is_elsewhere(name: str) -> bool:
    """True for the name, in lower case, of a province or town elsewhere; some of our communes share one."""
    return name in _ELSEWHERE_NAMES


@cache
def _table() -> PhraseTable[str]:
    landmarks = ((phrase, "l") for phrase in _LANDMARKS)
    return PhraseTable(chain(landmarks, ((phrase, "e") for phrase in _ELSEWHERE)))


def landmark_marks(tokens: Sequence[Token]) -> dict[int, str]:
    """For each token of such a word or name: `l` or `e` with how many words it has and which of them this is."""
    found: dict[int, str] = {}
    for hit in sorted(_table().find(tokens), key=lambda hit: hit.last - hit.first):
        for i in range(hit.first, hit.last):
            found[i] = f"{hit.value}{hit.last - hit.first}{i - hit.first}"
    return found
