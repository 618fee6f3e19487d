"""A call: what we say waits for the next turn of the call."""

from channels.contracts import Capabilities

CAPABILITIES = Capabilities(
    channel="voice",
    max_text=600,
    accents=True,
    buttons=0,
    images_in=False,
    images_out=False,
    spoken=True,
    receipts=False,
    pushed=False,
    address_kind="phone",
)
