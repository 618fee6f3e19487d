"""Signed as all of Twilio's webhooks are; see ``channels.twilio.signature``."""

from channels.twilio.signature import HEADER, is_signed

__all__ = ["HEADER", "is_signed"]
