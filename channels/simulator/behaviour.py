"""How the stand-in misbehaves: for one address by how it ends, for everybody by switches.

=======  =====================================================================================
ending   what happens
=======  =====================================================================================
9001     refused: no such number (21211), does not follow the account (-213)
9002     busy twice (429 with 20429, -32), then taken
9003     taken, but the answer is a server error (500)
9004     taken, but no answer ever comes
9005     taken, and later not delivered (30003)
9006     taken; its receipts come twice and in the wrong order
9007     the first request with a reference is taken, the next ones are refused
=======  =====================================================================================
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, Field

BUSY_TIMES = 2

# What became of one request, as the log names it.
Outcome = Literal["accepted", "refused", "busy", "server_error", "no_answer", "malformed", "not_authorised"]


class Fate(StrEnum):
    """What becomes of one request."""

    TAKEN = "taken"
    REFUSED = "refused"
    BUSY = "busy"
    SERVER_ERROR = "server_error"
    NO_ANSWER = "no_answer"
    UNDELIVERED = "undelivered"
    MUDDLED = "muddled"
    REFUSED_NEXT = "refused_next"


ENDINGS = {
    "9001": Fate.REFUSED,
    "9002": Fate.BUSY,
    "9003": Fate.SERVER_ERROR,
    "9004": Fate.NO_ANSWER,
    "9005": Fate.UNDELIVERED,
    "9006": Fate.MUDDLED,
    "9007": Fate.REFUSED_NEXT,
}

# How a message that is taken looks in the log; "accepted" otherwise.
OUTCOMES: Mapping[Fate, Outcome] = {Fate.SERVER_ERROR: "server_error", Fate.NO_ANSWER: "no_answer"}


class Behaviour(BaseModel):
    """The switches; everything off is a provider on a good day."""

    fate: Fate = Fate.TAKEN
    delay_s: float = Field(default=0.0, ge=0, le=60)
    receipts: Literal["once", "twice", "never"] = "once"
    receipt_delay_s: float = Field(default=0.2, ge=0, le=600)

    def fate_of(self, address: str, tried_before: int) -> Fate:
        fate = ENDINGS.get(address[-4:], self.fate)
        if fate is Fate.BUSY and tried_before >= BUSY_TIMES:
            return Fate.TAKEN
        if fate is Fate.REFUSED_NEXT:
            return Fate.REFUSED if tried_before else Fate.TAKEN
        return fate
