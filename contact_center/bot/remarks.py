"""Remarks that answer nothing and yet mean something: it is over, be quick, take it back, that is no place.

Like ``reading``, on folded text; here it is the talk as a whole that a remark leans on, not the question just asked.
"""

import re

from contact_center.bot.reading import folded, looks_like_place
from nlu.text import view

_OVER = re.compile(
    r"\b((nguoi ta|ho|tho|dien luc|cong nhan|ben do|xa|phuong|may ong|may anh|tui|toi|em) (da |moi |vua |cung )?"
    r"(thong|sua|lam|don|lay|xu ly|don dep|khac phuc|giai quyet|hot)|(het|co|sang|thong|xong) (lai )?roi)\b"
)
_PRAISE = re.compile(r"((toi|tui|em|con|minh|xin|cho|duoc|muon|da|gui loi) )*(khen|bieu duong|tuyen duong)\b")
_SLIP = re.compile(r"(y |a |ui |o )*(lon|nham|nhan nham|nhan lon|gui nham|gui lon|xin loi|sorry)\b")
_CURSE = re.compile(
    r"\b(đm|dm|đmm|dmm|đkm|dkm|đcm|dcm|vcl|vkl|clgt|địt|đéo|lồn|cặc|óc chó|đồ chó|chó má|đồ khốn|khốn nạn|khon nan|"
    r"mất dạy|mat day|mẹ mày|cha mày|tiên sư|im mồm)\b"
)
_SWEARING = re.compile(
    r"\b(dm|dmm|dkm|dcm|vcl|vkl|vl|cc|clgt|dit|deo|lon|cac|cut|ngu|oc cho|khon nan|mat day|me may|cha may|tien su|"
    r"do cho|do khon|im mom|phe vat|an hai|lao toet)\b"
)
_AFTERTHOUGHT = re.compile(
    r"(?:da |em oi |a |u |y |ma |oi )*(?:quen|(?:xin )?(?:noi|ke|bo sung|bao|them)(?: them| nua| cai nay)+|bo sung)\b"
)
_DESPAIR = re.compile(
    r"\b((khong|ko|hong|chang|het) (muon|thiet|con muon) song( nua)?|(muon|dinh|se) tu (tu|van)|"
    r"muon chet (quach|di|cho|luon)|(toi|tui|em|con|minh|chau|chi) muon chet$|"
    r"chet (quach )?(cho|di cho) (xong|roi|khoe|nhe)|song khong noi nua|(muon|dinh) nhay (cau|song|lau))\b"
)
_HELPED = re.compile(
    r"\b(dien luc|cong an|canh sat|cuu (hoa|thuong|nan|ho)|xe cap cuu|xe cuu thuong|nguoi ta|nguoi nha|tho|cong nhan|"
    r"ba con|hang xom|dan phong|to dan pho)( \w+){0,3} (toi|den|xuong|cho|dua|lo|dap|cuu|vot|keo|don)( \w+){0,3} roi\b|"
    r"\b(cho|dua) (di|vo|vao|len|toi|den)( \w+){0,3} roi\b|\b(tim|kiem) (duoc|thay|ra)( \w+){0,3} roi\b|"
    r"\b(dap|dap tat|tat|het) (lua|chay) (duoc )?roi\b"
)
_LONGEST_REMARK = 10
_TOLD_BEFORE = re.compile(
    r"(?:(?:da|a|em|toi|tui|minh|con) )*(?:bao|phan anh|goi|noi|keu|kien nghi|len xa)( \w+)? "
    r"(roi|hoai|may lan|nhieu lan|\d+ lan|(hai|ba|bon|nam) lan)\b"
)
_HARMLESS = re.compile(
    r"\b(khong|ko|hong|chua|dau co) (sao|nguy hiem|(co )?ai (bi )?(gi|sao|nguy hiem))"
    r"( (ca|het|dau|roi|a|em|nha|nghen|tron))*$"
)
_ANOTHER = re.compile(
    r"(?:(?:a|da|u|ma|roi|con|them|em|toi|tui|muon|bao|phan anh) )*(?:(?:mot |1 )?(?:viec|chuyen|vu|cai|van de) "
    r"(?:thu (?:hai|2|ba|3)|khac|nua)|(?:mot|1) (?:viec|chuyen|vu|van de))\b"
)
_URGING = re.compile(
    r"\b(lam|sua|xu ly|giai quyet|xuong|toi|coi|cho nguoi)( \w+)? (le|nhanh|gap|som|lien|mau)\b|"
    r"^(nhanh|le|mau|gap)( (le|nhanh|mau))?( (len|giup|dum|gium|di|nha|nghen|voi))*$"
)
_TAKING_BACK = re.compile(
    r"\b(rut|huy|thu hoi|xoa|bo|dong)( (lai|luon|giup|dum|gium|cho|cai|toi|tui|em|minh)){0,3} "
    r"(phieu|phan anh|don|to trinh|yeu cau|tin bao|bao cao)\b"
)
_SENTENCE_WORD = re.compile(
    r"(nhung|ma|thi|nen|vi|khong|ko|hong|chua|bi|roi|qua|hoai|cu|dang|moi|se|duoc|chi|la|het|dau|neu|con|nua|thoi)"
)
_NOT_YET = re.compile(r"(?:(?:dạ|thì|mà|cũng) )*chưa\b")  # "chùa" is a place
_SHORTEST_SENTENCE, _FEWEST_SENTENCE_WORDS = 4, 2
_COMMUNE = re.compile(r"\b(phuong|xa|thi tran|tt|p|x) [a-z0-9]|\b(tt|p|x)\d")
_TOWN = re.compile(r"\b(thanh pho|tp|thi xa|tx|huyen|h) [a-z]")
_SAME_THERE = re.compile(
    r"\b(cung|van|y) (o |thuoc |la )?(do|cho do|day|cho cu|cho hoi nay|phuong do|xa do|luon)\b|"
    r"\bnhu (tren|hoi nay|cu)\b"
)
_INSTEAD_OF = re.compile(r"^(?P<right>.{2,80}?) chu (?:dau (?:phai|co)|khong phai)(?: la)? (?P<wrong>.{2,80})$")
_LONGEST_NAME = 5


def is_over(text: str) -> bool:
    """'thôi khỏi, người ta thông rồi': what was to be reported is done."""
    said = folded(text)
    return bool(_OVER.search(said)) and bool(re.search(r"\b(thoi|khoi|huy|khong can|roi)\b", said))


def is_praise(text: str) -> bool:
    """'khen anh cán bộ một cửa': begins with the praise itself."""
    return bool(_PRAISE.match(folded(text)))


def is_slip(text: str) -> bool:
    """'ý lộn, xin lỗi nha': meant for somebody else."""
    said = folded(text)
    return len(said.split()) <= 6 and bool(_SLIP.match(said))


def is_afterthought(text: str) -> bool:
    """'à quên', 'nói thêm là', 'bổ sung thêm'."""
    return bool(_AFTERTHOUGHT.match(folded(text)))


def is_despair(text: str) -> bool:
    """Somebody says they no longer want to live."""
    return bool(_DESPAIR.search(folded(text)))


def begins_another(text: str) -> bool:
    """'việc thứ hai là ...', 'còn một chuyện nữa ...'"""
    return bool(_ANOTHER.match(folded(text)))


def tells_of_before(text: str) -> bool:
    """'báo rồi mà xã cứ hẹn hoài': how often this very matter was told already."""
    return bool(_TOLD_BEFORE.match(folded(text)))


def is_helped(text: str) -> bool:
    """'điện lực tới rồi', 'có người chở đi rồi', 'tìm được rồi': help came, nobody has to be sent for."""
    said = folded(text)
    return len(said.split()) <= _LONGEST_REMARK and bool(_HELPED.search(said))


def is_harmless(text: str) -> bool:
    """'té sơ sơ thôi không sao', 'chưa ai bị gì hết'"""
    return bool(_HARMLESS.search(folded(text)))


def urges(text: str) -> bool:
    """'làm lẹ lẹ dùm nghen'"""
    said = folded(text)
    return len(said.split()) <= _LONGEST_REMARK and bool(_URGING.search(said))


def takes_back(text: str) -> bool:
    """'cho mình rút phản ánh đó nha': of something sent before, not of what is being told."""
    return bool(_TAKING_BACK.search(folded(text)))


def is_a_sentence(text: str) -> bool:
    """'chưa sao nhưng mà gió là đổ đó': told on, where a place was asked for."""
    words = folded(text).split()
    place = looks_like_place(text) and not _NOT_YET.match(text.strip().lower())
    if len(words) < _SHORTEST_SENTENCE or place or any(word.isdigit() for word in words):
        return False
    return sum(bool(_SENTENCE_WORD.fullmatch(word)) for word in words) >= _FEWEST_SENTENCE_WORDS


def is_a_name(text: str) -> bool:
    """'Nguyễn Sinh Sắc': every word begins large, as the names of streets do."""
    words = view(text).text.strip(" .,!").split()
    return 2 <= len(words) <= _LONGEST_NAME and all(word[:1].isupper() and not word.isupper() for word in words)


def names_a_commune(place: str) -> bool:
    return bool(_COMMUNE.search(folded(place)))


def names_commune_without_town(place: str) -> bool:
    """'phường 1': there is one in every town, so the town tells which."""
    return names_a_commune(place) and not _TOWN.search(folded(place))


def is_same_there(text: str) -> bool:
    """'cũng ở đó luôn', 'như hồi nãy'"""
    return bool(_SAME_THERE.search(folded(text)))


def instead_of(text: str) -> tuple[str, str]:
    """What is right and what was wrong in 'bến xe chứ không phải bến phà'; two empty strings when nothing is."""
    seen = view(text)
    match = _INSTEAD_OF.match(seen.folded)
    if match is None or not re.search(r"\b(chứ|chu)\b", seen.text):
        return "", ""
    right, wrong = (seen.text[match.start(name) : match.end(name)].strip(" ,.") for name in ("right", "wrong"))
    return right, wrong


def curses(text: str) -> bool:
    """Words that are rude in any sentence, as they are written: without its accents many a harmless one is like them
    ("các giấy tờ")."""
    return bool(_CURSE.search(text.lower()))


def swears(text: str) -> bool:
    """Of words already taken for rude, whether they are coarse; by themselves many are harmless ("các", "lớn")."""
    return bool(_SWEARING.search(folded(text)))
