"""Whom the stand-in knows: the accounts the contact centre was configured with."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from channels.simulator.citizen import TwilioLine, ZaloAccount


@dataclass(frozen=True, slots=True)
class Accounts:
    """Both providers' secrets, and where the contact centre listens for webhooks."""

    public_base_url: str
    account_sid: str
    auth_token: str = field(repr=False)
    app_id: str
    app_secret: str = field(repr=False)
    oa_id: str
    oa_secret_key: str = field(repr=False)
    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)

    @property
    def line(self) -> TwilioLine:
        return TwilioLine(self.public_base_url, self.account_sid, self.auth_token)

    @property
    def zalo(self) -> ZaloAccount:
        return ZaloAccount(self.public_base_url, self.app_id, self.oa_id, self.oa_secret_key)


def from_environment(environment: Mapping[str, str] = os.environ) -> Accounts:
    """The variables the contact centre itself is configured with. Raises ``KeyError`` naming the first missing one."""
    return Accounts(
        public_base_url=environment["PUBLIC_BASE_URL"],
        account_sid=environment["TWILIO_ACCOUNT_SID"],
        auth_token=environment["TWILIO_AUTH_TOKEN"],
        app_id=environment["ZALO_APP_ID"],
        app_secret=environment["ZALO_APP_SECRET"],
        oa_id=environment["ZALO_OA_ID"],
        oa_secret_key=environment["ZALO_OA_SECRET_KEY"],
        access_token=environment["ZALO_ACCESS_TOKEN"],
        refresh_token=environment["ZALO_REFRESH_TOKEN"],
    )
