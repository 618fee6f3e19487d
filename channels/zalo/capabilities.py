"""Zalo Official Account: answers only within seven days of the citizen's last word."""

from channels.contracts import Capabilities

CAPABILITIES = Capabilities(
    channel="zalo",
    max_text=2000,
    accents=True,
    buttons=5,
    images_in=True,
    images_out=True,
    spoken=False,
    receipts=True,
    pushed=True,
    address_kind="zalo",
    reply_window_s=7 * 24 * 3600,
)
