"""What one running stand-in knows."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from channels.simulator.accounts import Accounts
from channels.simulator.behaviour import Behaviour
from channels.simulator.citizen import SignedRequest
from channels.simulator.receipts import ReceiptPost
from channels.simulator.tokens import TokenChain
from channels.simulator.wire_log import WireLog

# "No answer ever comes": longer than any sender waits.
NEVER_S = 60.0


@dataclass(slots=True)
class StandIn:
    accounts: Accounts
    log: WireLog = field(default_factory=WireLog)
    behaviour: Behaviour = field(default_factory=Behaviour)
    post: ReceiptPost = field(default_factory=ReceiptPost)
    tokens: TokenChain = field(init=False)

    def __post_init__(self) -> None:
        self.tokens = TokenChain(
            secret=self.accounts.app_secret,
            first_access=self.accounts.access_token,
            first_refresh=self.accounts.refresh_token,
        )

    def post_receipts(self, requests: Sequence[SignedRequest]) -> None:
        """As many as the switch says, in the order given."""
        times = {"never": 0, "once": 1, "twice": 2}[self.behaviour.receipts]
        repeated = [request for request in requests for _ in range(times)]
        self.post.post(repeated, delay_s=self.behaviour.receipt_delay_s)


def utc_now() -> datetime:
    return datetime.now(UTC)
