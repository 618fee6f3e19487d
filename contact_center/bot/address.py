"""How to address somebody, from how they speak of themselves. Never "bạn": the caller may be seventy-five."""

import re

from contact_center.bot.reading import folded

DEFAULT = "anh/chị"

# "bác hỏi", "nhà bác", "cho chú báo": they call themselves so. "bác sĩ", "cô giáo", "chú công an" are other people.
_SELF = re.compile(
    r"(?:^|\b(?:cho|de|giup|gium|dum|nha|xom|cua|toi_la|gap|may|xin|oi|a) )(bac|co|chu|ong|ba)"
    r" (?=(?:hoi|bao|muon|can|xin|nho|dang|o|noi|phan anh|goi|nghe|tinh|thay|gia|bi|nam nay|khong|ko|chua|moi|vua|day|"
    r"la|di|lam)\b)"
)
_AGED = re.compile(r"\b(?:toi|tui|tao) (?:nam nay )?(?:da )?(?:7\d|8\d|9\d|bay muoi|tam muoi|chin muoi)\b.{0,8}tuoi")
_NAMES = {"bac": "bác", "co": "cô", "chu": "chú", "ong": "ông", "ba": "bà"}


def honorific_of(text: str) -> str | None:
    """ "bác", "chú", "cô", "ông", "bà", or None when they said nothing that tells."""
    said = folded(text)
    if _AGED.search(said):
        return "bác"
    match = _SELF.search(said)
    if match is None:
        return None
    word = match.group(1)
    # "ơi có nghe không" and "ba tháng" are no aunts and grandmothers: only the accented word is.
    if word in {"co", "ba"} and not re.search(r"\b(cô|bà)\b", text.lower()):
        return None
    return _NAMES[word]


def me_to(honorific: str) -> str:
    """What the machine calls itself towards them."""
    return "em" if honorific in {"anh", "chị", DEFAULT} else "con"
