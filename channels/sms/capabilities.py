"""Plain phones: unaccented text stays in 160-character parts (GSM 03.38), one accented letter makes parts of 70."""

from channels.contracts import Capabilities

CAPABILITIES = Capabilities(
    channel="sms",
    max_text=480,
    accents=False,
    buttons=0,
    images_in=False,
    images_out=False,
    spoken=False,
    receipts=True,
    pushed=True,
    address_kind="phone",
)
