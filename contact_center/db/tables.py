"""Every table of the house, for Alembic and for tests."""

from contact_center.bot import models as bot
from contact_center.citizens import models as citizens
from contact_center.conversations import models as conversations
from contact_center.db.base import Base
from contact_center.knowledge import models as knowledge
from contact_center.learning import models as learning
from contact_center.media import models as media
from contact_center.portal import models as portal
from contact_center.routing import models as routing
from contact_center.staff import models as staff
from contact_center.taxonomy import models as taxonomy
from contact_center.tickets import models as tickets
from contact_center.units import models as units
from kb.postgres_tables import metadata as search_metadata

__all__ = [
    "Base",
    "bot",
    "citizens",
    "conversations",
    "knowledge",
    "learning",
    "media",
    "metadata",
    "portal",
    "routing",
    "staff",
    "taxonomy",
    "tickets",
    "units",
]

# The search library describes its own tables; they live in the same database and migrate with the rest.
metadata = [Base.metadata, search_metadata]
