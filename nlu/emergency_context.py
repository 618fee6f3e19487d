"""How a message speaks of danger: for the model to weigh beside the words of danger themselves.

A call for help names no year, asks for no paper and makes no joke; the same words in a question, a proposal or a story
are no call. Each kind of speaking is a list of phrases found in any spelling (see `nlu.phrases`).
"""

from __future__ import annotations

import re
from functools import cache
from itertools import chain

from nlu.phrases import PhraseTable
from nlu.text import TextView


def _phrases(text: str) -> tuple[str, ...]:
    return tuple(" ".join(phrase.split()) for phrase in text.split("|"))


CONTEXTS: dict[str, tuple[str, ...]] = {
    "help": _phrases(
        """
        cứu với | cứu | giúp với | giúp em với | giúp tôi với | giúp con với | tới liền | đến ngay | tới ngay |
        xuống ngay | tới gấp | đến gấp | tới lẹ | tới mau | qua liền | qua gấp | lẹ lên | mau lên | nhanh lên |
        gọi xe | cho xe | điều xe | kêu xe | ai đó | làm sao đây | làm răng đây | phải làm sao | chỉ tôi cách |
        xin hỗ trợ khẩn | khẩn cấp | gấp gấp | gấp lắm | kêu cứu | la cứu | báo gấp | báo khẩn | báo cháy |
        xin cứu | nhờ cứu | cần cấp cứu | cần xe cấp cứu | cần lực lượng | đề nghị lực lượng | đề nghị cứu nạn |
        tổng đài ơi | trời ơi | bớ người ta
        """
    ),
    "now": _phrases(
        """
        đang | kìa | nè | hiện | hiện tại | bây giờ | giờ này | lúc này | ngay lúc này | nãy giờ | từ nãy |
        hồi nãy | vừa | vừa mới | mới | mới vừa | vẫn còn | còn đang | chưa ai | chưa thấy ai | chưa tới |
        không kịp | sắp | càng lúc càng | mỗi lúc một | chừ | giờ thì | rồi giờ | tự nhiên | tự dưng | bỗng
        """
    ),
    "body": _phrases(
        """
        thở | không thở | mạch | tỉnh | bất tỉnh | ngất | xỉu | máu | tím | tái | lạnh ngắt | cứng đờ | run |
        co giật | sùi bọt | trợn | lịm | gọi không | lay không | kêu không | hỏi không | không trả lời |
        không đáp | không nhúc nhích | không cử động | nằm im | im ru | nằm gục | nằm sấp | nằm la liệt | ú ớ |
        nói đớ | méo | nôn | ói | đau dữ | đau quá | kẹt | mắc kẹt | bị đè | vùi | chìm | trôi | cuốn | bám |
        níu | kéo không | chưa vớt
        """
    ),
    "joke": _phrases(
        """
        haha | ha ha | hihi | hi hi | hí hí | hehe | he he | kaka | kkk | kk | lol | hjhj | đùa | nói đùa | giỡn
        | nói giỡn | giỡn chơi | chọc | ghẹo | troll | ví von | nói vui | nói chơi | trái tim | tim em | tim anh
        | cháy lòng | bồ đá | chia tay | yêu | thương thầm | ế | crush | người yêu | chết cười | cười xỉu |
        hài ghê | thui á
        """
    ),
    "question": _phrases(
        """
        ở đâu | chỗ nào | bao nhiêu | mấy giờ | khi nào | chừng nào | bao lâu | thế nào | như thế nào | ra sao |
        làm sao để | làm thế nào | sao ta | được không | phải không | có phải | hay không | gọi số nào |
        gọi số mấy | số mấy | số nào | cần gì | giấy tờ gì | thủ tục | hồ sơ | mẫu đơn | cho hỏi | xin hỏi |
        cho em hỏi | cho cháu hỏi | muốn hỏi | hỏi thăm | hỏi cho biết | có được | có phải nộp | lệ phí |
        quy định | điều kiện | hướng dẫn | tư vấn | thắc mắc
        """
    ),
    "past": _phrases(
        """
        hôm qua | hôm kia | hôm trước | hôm nọ | hôm bữa | hôm rồi | bữa trước | bữa nọ | bữa hổm | bữa kia |
        bữa rồi | tối qua | đêm qua | chiều qua | sáng qua | tuần trước | tuần rồi | tuần qua | tháng trước |
        tháng rồi | năm ngoái | năm trước | năm rồi | năm kia | năm xưa | hồi trước | hồi xưa | hồi đó | hồi năm
        | hồi tháng | hồi tết | ngày trước | ngày xưa | lúc trước | lần trước | dạo trước | dạo nọ | cách đây |
        đợt trước | đợt rồi | mấy năm | mấy tháng | hồi nẳm | từ vụ | sau vụ | vụ | sau khi | từng | đã từng |
        năm kia năm kìa | thuở | hồi nhỏ | hồi còn
        """
    ),
    "over": _phrases(
        """
        dập rồi | dập xong | đã dập | dập tắt | tắt rồi | tắt hẳn | đã tắt | kịp rồi | may mà | may có | may là
        | cũng may | may sao | không sao | hổng sao | chẳng sao | ổn rồi | khỏe rồi | tỉnh rồi | lành rồi |
        xuất viện | bình phục | ra hết rồi | cứu được rồi | kéo lên được | kéo được rồi | kéo lên kịp | đã được
        | đã đưa | đưa đi viện rồi | vớt được | bắt được rồi | đã bắt | giải tán rồi | đi rồi | qua rồi |
        xong rồi | đã xong | xong xuôi | hú hồn | hết rồi | khỏi kêu | khỏi gọi | khỏi xuống | khỏi cử |
        không cần nữa | thôi khỏi | đã xử lý | đã khắc phục | cảm ơn | xin cảm ơn | tuyên dương | khen |
        biểu dương | báo nhầm | bấm nhầm | bấm lộn | gọi nhầm | gọi lộn | tưởng | tưởng đâu | té ra | hóa ra |
        ai ngờ
        """
    ),
    "fear": _phrases(
        """
        nếu | lỡ | nhỡ | lỡ như | sợ | e rằng | nguy cơ | có ngày | có khi | có thể | dễ | phòng khi | phòng hờ
        | mai mốt | coi chừng | lo | lo lắng | đề phòng | tránh | kẻo | suýt | suýt nữa | xém | xém chút |
        tí nữa | chút nữa là | tiềm ẩn | ngộ nhỡ | không khéo | đừng để | chờ tới khi | đợi tới khi | chừng nào
        | khi có | lúc có | mà có | nói dại
        """
    ),
    "habit": _phrases(
        """
        hoài | hay | thường | thường xuyên | ngày nào | đêm nào | tối nào | bữa nào | lần nào | mùa nào |
        năm nào | mỗi lần | mỗi khi | mỗi ngày | mỗi tối | cứ | cứ tới | cứ đến | hễ | suốt ngày | suốt |
        quanh năm | cả năm | cả tháng | cả tuần | mấy bữa nay | mấy hôm nay | mấy ngày nay | lâu nay | xưa nay |
        bấy lâu | hổm rày | bữa rày | mấy bữa rày | cả tuần nay | tuần nay | tháng nay | từ trước tới giờ |
        nhiều lần | bao nhiêu lần | liên tục | triền miên | dạo này
        """
    ),
    "wish": _phrases(
        """
        đề nghị lắp | đề nghị sửa | đề nghị thay | đề nghị kiểm tra | đề nghị khảo sát | đề nghị cắm |
        đề nghị xem xét | kiến nghị | góp ý | đề xuất | mong | mong muốn | mong được | mong sớm | nên có |
        cần có | xin cấp | xin lắp | xin làm | xin giấy | xin xác nhận | xác nhận | xin học | đăng ký |
        bồi thường | đền bù | bảo hiểm | trợ cấp | hỗ trợ tiền | chế độ | giấy phép | giấy chứng nhận |
        nghiệm thu | biên bản | kết luận | điều tra | xử phạt | phạt | dẹp | nhắc nhở | lắp thêm | bổ sung |
        trang bị | bảo trì | kiểm định | rào lại | cắm biển | gắn biển | tỉa | chặt bớt | mé nhánh
        """
    ),
    "story": _phrases(
        """
        diễn tập | tập huấn | thực tập | hội thao | hội diễn | kịch | đóng phim | phim | quay phim | trong phim
        | xem phim | coi phim | tivi | ti vi | truyền hình | báo đăng | đọc báo | trên báo | trên mạng |
        facebook | clip | tin đồn | nghe đồn | nghe nói | nghe kể | nghe bảo | người ta nói | đồn | truyện |
        tiểu thuyết | trò chơi | game | chơi game | sân khấu | cải lương | bài hát | bài văn | bài tập |
        luận văn | thi | cuộc thi | trò | giả vờ | giả bộ | mô hình | quảng cáo | tuyên truyền | lễ hội |
        bóng đá | đá banh | trận | ván | karaoke | loa
        """
    ),
    "scam": _phrases(
        """
        lừa đảo | lừa | giả danh | mạo danh | chuyển tiền | chuyển khoản | đòi tiền | triệu | tài khoản | số lạ
        | cuộc gọi | nhắn tin đòi | gọi điện nói | đầu dây | chiêu trò | hack
        """
    ),
    "thing": _phrases(
        """
        heo | gà | vịt | trâu | bò | chó | mèo | cá | tôm | ao tôm | lúa | vườn | cây trồng | máy | mô tơ |
        xe cũ | đèn | bóng đèn | điện thoại | máy tính | mạng | wifi | app | đồ ăn | cơm | nồi | quạt | tủ lạnh
        | giá | tiền điện | học phí
        """
    ),
    "who": _phrases(
        """
        em bé | bé | thằng nhỏ | con nhỏ | đứa nhỏ | con nít | trẻ con | cháu bé | ông cụ | bà cụ | ông già |
        bà già | vợ | chồng | mẹ em | má tui | ba tui | bố cháu | mẹ cháu | bà nội | ông nội | bà ngoại |
        ông ngoại | anh công nhân | công nhân | thợ | nạn nhân | người đàn ông | người phụ nữ | một chị |
        một anh | một người | hai người | ba người | mấy người | học sinh | thai phụ | bà bầu | vợ bầu | sản phụ
        """
    ),
}

_NO_RESCUE = _phrases("tra cứu | nghiên cứu | cứu xét")
"""Words of paper that hold the word of rescue."""

_LAUGHTER = re.compile(r"[:=;]['-]?[)D\]]+|\^\^|[\U0001F600-\U0001F64F\U0001F923\U0001F972]")
_LENGTHS = (4, 8, 16, 30)
"""Words under which a message is tiny, short, middling, long."""

_HALF = 0.5
"""What one syllable without accents counts: it may be another word."""


@cache
def _table() -> PhraseTable[str]:
    ways = ((phrase, kind) for kind, phrases in CONTEXTS.items() for phrase in phrases)
    return PhraseTable(chain(ways, ((phrase, "") for phrase in _NO_RESCUE)))


def ways_of_speaking(view: TextView, strength: int) -> list[str]:
    """Names of the ways a message speaks in, alone and together with its cue of danger of that strength, 0 to 3."""
    counts: dict[str, float] = {}
    hits = _table().find(view.tokens)
    paper = [hit for hit in hits if not hit.value]
    for hit in hits:
        if any(other.first <= hit.first and hit.last <= other.last for other in paper):
            continue
        counts[hit.value] = counts.get(hit.value, 0.0) + (1 if hit.accents or hit.last - hit.first > 1 else _HALF)
    if _LAUGHTER.search(view.text):
        counts["joke"] = max(counts.get("joke", 0.0), 1)
    names = sorted(counts)
    names += [f"{kind} twice" for kind, count in sorted(counts.items()) if count >= 2]
    if strength:
        names += [f"{kind} {strength}" for kind in sorted(counts)]
    names += [f"{mark} {bool(strength)}" for mark in "?!" if mark in view.text]
    names.append(f"length {sum(len(view.tokens) >= length for length in _LENGTHS)}")
    if not strength:
        names.append("no cue")
    return names
