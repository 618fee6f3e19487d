"""How a citizen and a conversation are shown to an agent: named as far as they named themselves, numbers masked."""

from contact_center.citizens.service import Citizen
from contact_center.conversations.service import Conversation
from contact_center.i18n import has_message, translate
from contact_center.knowledge import service as knowledge

# Channels whose address is a phone number.
PHONE_CHANNELS = ("voice", "sms")
GLYPHS = {"voice": "☎", "sms": "✉", "zalo": "Z", "web": "◍"}


def masked_phone(phone: str) -> str:
    """+84912345678 -> 09•• ••• 678."""
    national = "0" + phone[3:] if phone.startswith("+84") else phone
    return f"{national[:2]}•• ••• {national[-3:]}" if len(national) > 6 else "•••"


def name_of(conversation: Conversation, citizen: Citizen | None, locale: str) -> str:
    """ "anh Nam", a masked number, or what kind of visitor it is."""
    if citizen is not None and citizen.display_name:
        return f"{citizen.honorific} {citizen.display_name}" if citizen.honorific else citizen.display_name
    if conversation.channel in PHONE_CHANNELS:
        return masked_phone(conversation.peer)
    return translate("desk.list.zalo_user" if conversation.channel == "zalo" else "desk.list.visitor", locale)


def known_key(prefix: str, name: str | None) -> str:
    """The message key for a stored code, or the one for codes of tomorrow."""
    key = f"{prefix}.{name}"
    return key if name and has_message(key) else f"{prefix}.other"


def insertion(article: knowledge.Article, channel: str) -> str:
    """An article as the citizen reads or hears it: in Vietnamese, as the article is, with its source."""
    if channel == "voice":
        return article.spoken
    if channel == "sms":
        return f"{article.sms} {knowledge.link_of(article)}"
    papers = (
        [f"{translate('desk.side.papers')}:", *(f"- {paper}" for paper in article.papers)] if article.papers else []
    )
    return "\n".join([article.answer, *papers, f"{translate('desk.side.source')}: {article.source}"])
