"""How to address somebody, from how they speak of themselves. Never "bạn": the caller may be seventy-five."""

import re
import unicodedata

from contact_center.bot.reading import folded

DEFAULT = "anh/chị"

# "bác hỏi", "nhà bác", "cho chú báo": they call themselves so. "bác sĩ", "cô giáo", "chú công an" are other people.
_SELF = re.compile(
    r"(?:^(?:(?:o|u|uh|um|vang|thi|alo|a lo|da|ua) )*|\b(?:cho|de|giup|gium|dum|nha|xom|cua|toi_la|gap|may|xin|oi|a) )"
    r"(bac|co|chu|ong|ba)"
    r" (?=(?:hoi|bao|muon|can|xin|nho|dang|o|noi(?! (?:toi|tui|em|con|minh|chau|nay|ngoai)\b)|phan anh|"
    r"goi|nghe|tinh|thay|gia(?! \w)|bi|nam nay|khong|ko|chua|moi|vua|day|la|di|lam)\b)"
)
# "em ơi cho chị hỏi": elder than whom they speak to, and not old.
_ELDER = re.compile(r"\b(?:cho|giup|de) (anh|chi) (?:hoi|bao|phan anh|gap|xin|noi|tra cuu|coi)\b")
_AGED = re.compile(
    r"(?P<whose>\b(?:ong|ba|noi|ngoai|me|ma|cha|bo|chong|vo|co|chu|bac) )?\b(?:toi|tui|tao) (?:nam nay )?(?:da )?"
    r"(?:7\d|8\d|9\d|bay muoi|tam muoi|chin muoi)\b.{0,8}tuoi"
)
_NAMES = {"bac": "bác", "co": "cô", "chu": "chú", "ong": "ông", "ba": "bà"}


def honorific_of(text: str) -> str | None:
    """ "bác", "chú", "cô", "ông", "bà", or None when they said nothing that tells."""
    said = folded(text)
    aged = _AGED.search(said)
    if aged is not None and not aged.group("whose"):  # "ông nội tôi 85 tuổi" tells the age of somebody else
        return "bác"
    match = _SELF.search(said)
    if match is None:
        elder = _ELDER.search(said)
        return None if elder is None else {"anh": "anh", "chi": "chị"}[elder.group(1)]
    word = match.group(1)
    # "ơi có nghe không" and "ba tháng" are no aunts and grandmothers: only the accented word is.
    spelled = re.search(rf"\b{_NAMES[word]}\b", unicodedata.normalize("NFC", text).lower())
    if not spelled and (word in {"co", "ba"} or not text.isascii()):
        return None  # nor is the "chứ" of "bến xe nha chứ không phải bến phà" anybody's uncle
    return _NAMES[word]


def me_to(honorific: str) -> str:
    """What the machine calls itself towards them."""
    return "em" if honorific in {"anh", "chị", DEFAULT} else "con"
