"""Short answers, read against what was asked: yes, no, the second one, I don't know, somewhere over there.

All of it on folded text, so that accents may be there or not; where folding would confuse two words, the accented form
decides if there is one.
"""

import re
from collections.abc import Sequence

from contact_center.bot.state import Option
from nlu.spoken_numbers import spoken_numbers
from nlu.text import view


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_POLITE = _words(
    "da a ah em anh chi co chu bac oi nha nhe nhen nghen hen ha roi do ne luon vay thi la may ad admin thua "
    "vang_a minh tui toi con chau"
)
_YES = re.compile(
    r"(da )?(dung|chinh xac|chuan|phai roi|phai|ung|uh+|u|um|vang|oke?|okie|okey|co|duoc|dong y|yes|yep|y|chac chan|"
    r"nhat tri|gui di|gui luon|lam di|ghi di|hop ly|tot|hai long)\b"
)
_DO_NOT = re.compile(r"(dạ |ờ |ừ |mà |thôi )*đừng\b")
_YES_SOUTHERN = re.compile(r"(dạ )?(ừa|uà|ừ|ờ)\b")  # without its accent "ua" is a surprise
_YES_ALONE = re.compile(r"(da )?(roi|xong|xong roi)( (roi|a|em|nha|nhe|do|nghe))*")
_NO = re.compile(
    r"(da )?(khong|ko|kg|hk|hok|hong|hem|hông|k|sai|chua|no|nham|dau co|dau phai|deo|khoi|thoi|bo qua|trat)\b"
)
_ONLY_THANKS = re.compile(r"(cam on|cam on nhieu|thank|thanks|tks|cam on ban|ok cam on)\b")
_UNKNOWN = re.compile(
    r"\b((khong|ko|k|hong|hk|chang|cha|chua|hok) (co )?(biet|bik|biec|ro|nho|chac|nam)|chiu|quen mat|quen roi|ai biet|"
    r"khong ranh|hong ranh|no biet .{0,12}\bmo)\b"
)
_VAGUE = re.compile(r"\b(o do|cho do|o day|cho nay|tai day|tai do|do do|day ne|gan nha|truoc nha|trong xom|ngoai duong|"
                    r"cho tui|cho toi|nha tui|nha toi|nha em|xom em|xom tui|khu tui|khu em)\b")  # fmt: skip
_PLACE_START = re.compile(
    r"(?:o |tai |cho |la |gan |doi dien |canh |ngay )*(?:duong|hem|ngo|kiet|ap|thon|xa|phuong|thi tran|khu pho|kp|khom|"
    r"to \d+|so \d+|so nha|nha so|nha \d+|cho|cau|truong|gan|truoc|sau|doi dien|canh|nga (?:tu|ba|nam)|quoc lo|tinh lo|"
    r"ql|dt|kinh|kenh|rach|vam|con|cong|ben|chua|dinh|tram|benh vien|khu|cum|chung cu)\b"
)
_PLACE_WORDS = _words(
    "duong so nha ap to khom kp khu pho hem ngo kiet gan doi dien canh ngay truoc sau dau cuoi ben trong ngoai cua cu "
    "o tai cho la phuong xa thi tran thanh tp tx huyen tinh tren duoi doan khuc thuoc chu nua day"
)
_SKIP = re.compile(r"\b(bo qua|khong can|ko can|khoi|khong cho|khong de|khong co|ko co|giau|an danh|thoi|skip|khong)\b")
_WRONG = re.compile(
    r"^(da |a |y |oi |u |uh |ung |um |ua |ui |uy |hoi nay |luc nay |(toi|tui|em|con|minh) )*"
    r"(khong phai|ko phai|hong phai|hk phai|k phai|khong dung|ko dung|chua dung|"
    r"sai|nham|ghi sai|noi nham|(noi|ghi|bao|nhan) (lon|sai)|dau phai|sua|doi lai|y la|a quen|quen)\b"
)
_INSTEAD = re.compile(r"\b(?:khong phai|ko phai|hong phai)\b.{3,80}?\bma(?: la)?\b[ ,:]*")
_RIGHT_AT_LAST = re.compile(r"[\s,]+(?:mới|moi) (?:đúng|dung|phải|phai)\W*$", re.IGNORECASE)
_FILLERS = re.compile(r"(o|u|uh|um|a|e|da|thi|vang|ua)( (o|u|uh|um|a|e|da|thi|vang|ua))*")
_ASKS = re.compile(r"\b(cho|xin|muon|can|de) (\w+ ){0,2}hoi\b(?! tham)")
_WHO = re.compile(
    r"\b((la|co phai|phai) (la )?(nguoi|may|robot|bot|tong dai vien|con nguoi)( that)? (hay|khong|ko|hong|vay|ha|a)\b|"
    r"(nguoi that|nguoi) hay (la )?(may|robot|bot)|may hay (la )?nguoi|noi chuyen voi (ai|may|robot)|"
    r"(ban|em|anh|chi|may|ad|ben do) la ai\b|ai (dang )?(nghe|tra loi) (may|day|vay))"
)
_PROGRESS = re.compile(
    r"\b(bao gio|khi nao|chung nao|bao lau( nua)?|toi dau|den dau|hom nao|may ngay)\b.{0,24}"
    r"\b(xuong|lam|xu ly|sua|toi|den|xong|co nguoi|giai quyet|tra loi|roi|ket qua|co)\b"
)
_LATE = re.compile(
    r"\b(tre (hen|han)|qua (hen|han)|cham|chua (co|thay|nhan|duoc|tra|giai quyet)|lau qua|hen hoai|hen toi hen lui|"
    r"(thang|tuan|nam) (roi|nay))\b"
)
_WHY = re.compile(r"\b(de lam gi|chi vay|sao phai|tai sao|lam gi vay|can chi)\b")
_HOUSE_NUMBER = re.compile(r"^(?:so nha|nha so|so)? ?\d+[a-z]?(?:/\d+[a-z]?)*$")
_REPEAT = re.compile(
    r"\b((noi|doc|nhac|lap|nghe|cho nghe) lai|noi gi vay|noi gi|gi co|khong nghe ro|ko nghe ro|nghe khong ro|hong nghe|"
    r"chua nghe|noi (cham|to|lon)(?= (lai|len|hon|chut|xiu|giup|dum|gium|di|nha|a|em|con)\b|$))\b"
)
_HOME = re.compile(r"^(ve dau|ve menu|menu|bat dau lai|lam lai tu dau|quay lai tu dau|tro ve dau|home)\b")
_PERSON = re.compile(
    r"\b((cho|xin|muon|can|doi|duoc|goi|noi may|chuyen may) .{0,16}?(gap|noi chuyen voi|noi voi) .{0,10}?"
    r"(nguoi( that)?|nhan vien|tong dai vien|can bo truc|truc ban|dien thoai vien|con nguoi)"
    r"|(noi|chuyen) (may )?(qua|cho|sang|toi|den|gap) .{0,8}?(tong dai vien|nhan vien|nguoi that|dien thoai vien)"
    r"|gap (nguoi that|tong dai vien|nhan vien|dien thoai vien|con nguoi|tu van vien)"
    r"|gap nguoi(?! (la|bi|dan|ta|ban|nha|mua|gia|quen|nao)\b)"
    r"|(nguoi that|tong dai vien|dien thoai vien) (dau|di|oi|nghe)|khong noi (chuyen )?voi may"
    r"|gap truc tiep (nguoi|nhan vien|tong dai vien))\b"
)
_QUESTION = re.compile(r"^(da |a |vay |the |roi )*co\b.+\b(khong|ko|hong|hok|chua)( a| vay| ta| em| nhi| con| ha)*$")
_EARLIER = re.compile(
    r"\b(hom|bua|lan|tuan|thang|dot) (bua|hom|truoc|kia|no)\b|"
    r"\b((da|co) (bao|phan anh|goi|gui|nhan)|(tui|toi|em|con|minh|tao|bac|chu) (bao|phan anh))\b(?! nguoi)"
)
_NEWS = re.compile(
    r"\b(toi dau|den dau|sao roi|the nao roi|ket qua (gi )?chua|co ket qua|xu ly (xong )?chua|giai quyet (xong )?chua|"
    r"lam (xong |toi dau )?chua|sua (xong )?chua|co gi (moi )?chua|chung nao|bao gio|"
    r"(quen|mat|khong nho) (cai )?ma( phieu| so)?|ma (phieu )?(ma )?((em|tui|toi|minh|con) )?(quen|mat))\b"
)
_ENGLISH = _words(
    "the is are was there where how what when why who my your please hello hi can could would i you a an of on in to "
    "for broken street light water birth certificate want talk person help fire police accident thank need report and "
    "get child it not no have has with"
)
_ENGLISH_SURE = _words(
    "the there please hello how what where want with thank broken street certificate report help is are"
)
_BARE_WISH = _words(
    "u uh um cai nay kia roi vay thoi ay "
    "da alo a em anh chi co chu bac oi cho xin toi tui minh con chau em muon can bao phan anh kien nghi gop y "
    "khieu nai mot viec chuyen vu su co nay voi duoc khong nha nhe giup gium dum hoi de la co thong tin gui gi "
    "day thu tuc tra cuu ve phieu ho so tinh hinh chut cai ne di ad shop nguoi dan trinh bay hai may nhieu"
)
_FOLLOW_UP = re.compile(
    r"\b(giay to|ho so|can gi|mang (theo )?gi|le phi|bao nhieu tien|ton tien|phi|bao lau|may ngay|may bua|o dau|"
    r"nop (o )?dau|cho nao|lam sao|cach nao|online|qua mang|tai nha|buoc|quy trinh|may gio|"
    r"nop sao|sao nua|con gi nua|thu (bay|7)|chu nhat|cuoi tuan|ngay nghi|bao nhieu|mat tien|uy quyen|lam thay|di thay|"
    r"nop thay|ai (duoc|lam|di))\b"
)
_WHEN = re.compile(
    r"\b((luc|khoang|hoi|tam) \d{1,2} ?(gio|h)(\d{2})?( (sang|trua|chieu|toi|khuya))?|\d{1,2} ?(gio|h) ?\d{0,2}"
    r"( (sang|trua|chieu|toi|khuya))?|(sang|trua|chieu|toi|khuya|dem) (nay|qua|hom qua|hom nay)|"
    r"hom (qua|nay|kia|truoc)|"
    r"bua (qua|nay|kia)|((sang|trua|chieu|toi|khuya) )?(thu (hai|ba|tu|nam|sau|bay|[2-7])|chu nhat)|"
    r"(may|ca|hai|ba|bon|nam|\d+) (bua|ngay|tuan|thang|hom)( nay| roi| qua)*|ngay \d{1,2}([/-]\d{1,2})?|"
    r"tu (sang|trua|chieu|toi|hom qua|dau tuan|tuan truoc)( (den|toi) gio)?|moi (dem|ngay|sang|chieu|toi)|"
    r"(vua|moi) (xong|nay|day)|dang)\b"
)  # fmt: skip
_HAPPENING = re.compile(
    r"\b(cuu (voi|toi|tui|em|con|nguoi)|dang (chay|no|boc chay|danh nhau|chem|duoi nuoc|chim|sap|troi)|"
    r"(chay|no|sap|do|chim|cuon|de) roi|"
    r"(nguoi|ba|ong|con|chau|em|anh|chi|co|chu|bac|hoc sinh|tre|be) (\w+ )?"
    r"(bi (\w+ )?(giat|thuong|ket|de|cuon|chem|danh|dam)|"
    r"(mac )?ket|chet|bat tinh|ngat|duoi nuoc))\b"
)
_ANONYMOUS = re.compile(
    r"\b(giau ten|an danh|giu (kin|bi mat)|khong (muon )?(de|neu|lo|cho biet) ten|"
    r"dung (noi|cho biet|de lo|ghi|neu|lo|viet|dua) ten|so bi tra thu|xin giau|dau ten)\b"
)
_NUMBER_WORDS = {
    "mot": 1, "nhat": 1, "dau tien": 1, "hai": 2, "ba": 3, "bon": 4, "tu": 4, "nam": 5, "sau": 6,
}  # fmt: skip
_CHOICE = re.compile(r"^(?:da )?(?:so |cai |chon |phim |bam |muc |thu |y |cau |dap an )*([1-9])(?:\D|$)")
_CHOICE_WORD = re.compile(
    r"^(?:da )?(?:so|cai|chon|phim|bam|muc|thu|y)? ?(?:thu )?"
    r"(dau tien|mot|nhat|hai|ba|bon|tu|nam|sau)(?: (?:a|nha|nhe))?$"
)


def folded_keeping_length(text: str) -> str:
    """For offsets: the folded text, character for character as long as the canonical one."""
    return view(text).folded


def folded(text: str) -> str:
    """Words only, in lower case without accents, one space between."""
    return " ".join(token.folded for token in view(text).tokens)


def _bare(text: str) -> str:
    """Without the small words of politeness in front."""
    words = folded(text).split()
    while words and words[0] in _POLITE and len(words) > 1:
        words = words[1:]
    return " ".join(words)


def yes_or_no(text: str) -> bool | None:
    """True or False when the text begins with a yes or a no; None when it says neither."""
    if not text.strip() or _QUESTION.match(folded(text)):
        return None
    for said in (folded(text), _bare(text)):
        if _DO_NOT.match(view(text).text.strip().lower()):
            return None  # "đừng ghi tên em" is no "đúng"
        if re.match(r"(da )?(khong sai|khong co gi sai|khong can sua|khong sua)\b", said):
            return True
        if _NO.match(said):
            return False
        if _YES.match(said) or _YES_ALONE.fullmatch(said):
            return True
    return True if _YES_SOUTHERN.match(view(text).text.strip().lower()) else None


def is_mere_answer(text: str) -> bool:
    """Nothing but a yes, a no or an 'xong rồi'."""
    words = folded(text).split()
    if words and all(word in _POLITE or word in {"thoi", "khoi"} for word in words):
        return True
    return bool(words) and (yes_or_no(text) is not None or words[0] in _POLITE) and not after_answer(text)


def after_instead(text: str) -> str:
    """'B' of 'không phải A mà là B'; empty when nothing is put instead of anything."""
    instead = _INSTEAD.search(folded_keeping_length(text))
    return view(text).text[instead.end() :].strip() if instead is not None else ""


def after_answer(text: str) -> str:
    """What follows the yes or no: 'không phải A mà là B', 'không phải, B' -> 'B'. Empty when nothing does."""
    if meant := after_instead(text):
        return meant
    tokens = view(text).tokens
    words = [token.folded for token in tokens]
    skip = 0
    while skip < len(words) and (words[skip] in _POLITE | _ANSWER_WORDS or words[skip : skip + 2] in _JUST_NOW):
        if tuple(words[skip : skip + 2]) in _WHOLE_WORDS:
            break
        skip += words[skip : skip + 2] in _JUST_NOW
        skip += 1
    if skip >= len(tokens):
        return ""
    return _RIGHT_AT_LAST.sub("", view(text).text[tokens[skip].start :].strip())


_ANSWER_WORDS = _words(
    "dung khong phai sai roi ko hong hk k chua co uh u um ok oke vang duoc chinh xac nham sua lai ghi noi y a "
    "quen doi thanh ma moi la cc vl vcl dm me ua ui uy lon ung"
)
_JUST_NOW = (["hoi", "nay"], ["luc", "nay"], ["khi", "nay"])
_WHOLE_WORDS = frozenset({("thanh", "pho"), ("chu", "tich"), ("co", "quan"), ("co", "so"), ("dung", "cu")})
"""Compounds that only begin like an answer or a form of address."""


def is_wrong(text: str) -> bool:
    """'không phải', 'sai rồi', 'sửa lại', 'à quên': something said before was not right."""
    said = folded(text)
    return bool(_WRONG.match(said)) or bool(_WRONG.match(_bare(text)))


def is_unknown(text: str) -> bool:
    """'không biết', 'chịu', 'hổng rành'."""
    return bool(_UNKNOWN.search(folded(text)))


def asks_progress(text: str) -> bool:
    """'chừng nào làm', 'bao giờ có người xuống'."""
    return bool(_PROGRESS.search(folded(text)))


def asks_after_earlier(text: str) -> bool:
    """'hôm bữa tui báo đèn đường mà tới đâu rồi': news is wanted of something told before."""
    said = folded(text)
    return bool(_EARLIER.search(said)) and bool(_NEWS.search(said))


def is_english(text: str) -> bool:
    """Most words are English, and at least one is nothing else: "on", "can", "to" are Vietnamese without accents."""
    if any(ord(letter) > 0x7F for letter in text):
        return False
    words = folded(text).split()
    known = sum(word in _ENGLISH for word in words)
    return len(words) >= 3 and known * 2 >= len(words) and not _ENGLISH_SURE.isdisjoint(words)


def has_words(text: str) -> bool:
    """Something beside emoji and punctuation."""
    return bool(folded(text))


def asks_who(text: str) -> bool:
    """'là người hay máy vậy?'"""
    return bool(_WHO.search(folded(text)))


def is_only_place(text: str, places: Sequence[str]) -> bool:
    """Nothing but where: 'đường Nguyễn Huệ phường Mỹ Tho'."""
    if not places or not looks_like_place(text):
        return False
    named = set(" ".join(folded(place) for place in places).split()) | _POLITE | _PLACE_WORDS
    return sum(word not in named and not word[0].isdigit() for word in folded(text).split()) == 0


def is_asking(text: str) -> bool:
    """'cho ông hỏi tiền già'"""
    return bool(_ASKS.search(folded(text)))


def is_late(text: str) -> bool:
    """'nộp ba tháng rồi chưa có kết quả', 'trễ hẹn'."""
    return bool(_LATE.search(folded(text)))


def asks_why(text: str) -> bool:
    return bool(_WHY.search(folded(text)))


def is_house_number(text: str) -> bool:
    """'số nhà 25', '12/4': a number that belongs to the street told before."""
    return bool(_HOUSE_NUMBER.match(re.sub(r"[^0-9a-z/ ]", "", view(text).folded.strip())))


def is_vague_place(text: str) -> bool:
    """'ở đó đó', 'trước nhà tui': a pointing finger nobody sees."""
    said = folded(text)
    if _FILLERS.fullmatch(said):
        return True
    return len(said.split()) <= 6 and bool(_VAGUE.search(said)) and not re.search(r"\d", said)


def looks_like_place(text: str) -> bool:
    """'đường Lê Lai', 'trước chợ cũ', 'số 15 ấp 3': begins as places begin."""
    return bool(_PLACE_START.match(_bare(text)))


def is_skip(text: str) -> bool:
    return bool(_SKIP.search(folded(text)))


def wants_repeat(text: str) -> bool:
    said = folded(text)
    return len(said.split()) <= 8 and bool(_REPEAT.search(said)) and not re.search(r"\blộn\b", text.lower())


def wants_start(text: str) -> bool:
    return bool(_HOME.match(folded(text)))


def wants_person(text: str) -> bool:
    return bool(_PERSON.search(folded(text)))


def is_thanks(text: str) -> bool:
    return bool(_ONLY_THANKS.search(folded(text)))


def is_bare_wish(text: str) -> bool:
    """'tôi muốn phản ánh một việc': a wish to speak, with nothing of the matter in it."""
    words = folded(text).split()
    return bool(words) and all(word in _BARE_WISH or word.isdigit() for word in words) and not text.strip().isdigit()


def is_follow_up(text: str) -> bool:
    """'rồi lệ phí bao nhiêu?': a short question that leans on the answer before it."""
    said = folded(text)
    return len(said.split()) <= 9 and bool(_FOLLOW_UP.search(said))


def wants_anonymity(text: str) -> bool:
    return bool(_ANONYMOUS.search(folded(text)))


def when_of(text: str) -> str:
    """When it happened, in the citizen's own words; empty when they did not say."""
    seen = view(text)
    match = _WHEN.search(seen.folded)
    return "" if match is None or match.group() == "dang" else seen.text[match.start() : match.end()].strip()


def chosen(text: str, digits: str, options: Sequence[Option]) -> Option | None:
    """The option that was pressed, numbered, or named."""
    number = _number(digits or text)
    if number is not None:
        return options[number - 1] if 1 <= number <= len(options) else None
    said = folded(text)
    if not said:
        return None
    for option in options:
        if said in (folded(option.label), folded(option.value)):
            return option
    if yes_or_no(text) is not None:
        return None
    named = [option for option in options if _names(said, folded(option.label))]
    return named[0] if len(named) == 1 else None


def _names(said: str, label: str) -> bool:
    """Half of the label's words, or the whole of what was said, is in the other."""
    if not label:
        return False
    if f" {label} " in f" {said} " or (len(said) >= 4 and f" {said} " in f" {label} "):
        return True
    short = re.sub(r"^(phuong|xa|thi tran|thi xa|thanh pho) ", "", label)
    return short != label and f" {short} " in f" {said} "


def _number(text: str) -> int | None:
    said = folded(text)
    if match := _CHOICE.match(said):
        return int(match.group(1)) if len(said.split()) <= 4 else None
    if match := _CHOICE_WORD.match(said):
        return _NUMBER_WORDS[match.group(1)]
    return None


def digits_in(text: str) -> str:
    """Every digit of the text, typed with dots and spaces or said in words."""
    digits = re.sub(r"\D", "", text)
    if digits:
        return digits
    spoken = spoken_numbers(view(text))
    return spoken[0].digits if spoken else ""


def is_happening(text: str) -> bool:
    """Somebody is hurt or caught, or it burns right now: nobody has to be asked whether it goes on."""
    return bool(_HAPPENING.search(folded(text)))
