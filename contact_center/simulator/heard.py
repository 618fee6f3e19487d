"""What a caller hears and may do next, read from our own TwiML as a telephone engine would. Pure."""

from dataclasses import dataclass
from xml.etree import ElementTree

from contact_center.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Heard:
    """``answer_url`` takes words and keys; ``silence_url`` is asked after ``wait_s`` seconds without any.

    ``keys`` is how many keys make an answer; 0: as many as come before # or a pause of ``wait_s``.
    """

    says: tuple[str, ...] = ()
    answer_url: str = ""
    silence_url: str = ""
    wait_s: int = 0
    keys: int = 0
    on_hold: bool = False
    dialled: str = ""
    ended: bool = False


def heard_in(twiml: bytes) -> Heard:
    """Raises ``InvalidInput`` for anything that is not TwiML."""
    try:
        root = ElementTree.fromstring(twiml)  # noqa: S314 - the answer of our own voice endpoint
    except ElementTree.ParseError as error:
        raise InvalidInput(twiml="unreadable") from error
    gather, dial, redirect = root.find("Gather"), root.find("Dial"), root.find("Redirect")
    says = tuple((say.text or "").strip() for say in root.iter("Say"))
    if dial is not None:
        number = "".join(dial.itertext()).strip()
        return Heard(says=says, dialled=number, answer_url=dial.get("action", ""))
    silence_url = (redirect.text or "").strip() if redirect is not None else ""
    if gather is None:
        return Heard(says=says, silence_url=silence_url, ended=not silence_url)
    return Heard(
        says=says,
        answer_url=gather.get("action", ""),
        silence_url=silence_url,
        wait_s=int(gather.get("timeout", "5")),
        keys=int(gather.get("numDigits", "0")),
        on_hold="hold=1" in silence_url,
    )
