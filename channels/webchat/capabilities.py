"""The chat widget and the report form: the browser fetches what is new."""

from channels.contracts import Capabilities

CAPABILITIES = Capabilities(
    channel="web",
    max_text=4000,
    accents=True,
    buttons=8,
    images_in=True,
    images_out=True,
    spoken=False,
    receipts=False,
    pushed=False,
    address_kind="web",
)
