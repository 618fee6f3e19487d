"""Every channel there is: one line each."""

from collections.abc import Mapping

from channels.contracts import Capabilities
from channels.sms.capabilities import CAPABILITIES as SMS
from channels.voice.capabilities import CAPABILITIES as VOICE
from channels.webchat.capabilities import CAPABILITIES as WEB
from channels.zalo.capabilities import CAPABILITIES as ZALO

# By a plain string, because most of those who ask hold a name read from the database.
CAPABILITIES: Mapping[str, Capabilities] = {
    capabilities.channel: capabilities for capabilities in (VOICE, SMS, ZALO, WEB)
}
