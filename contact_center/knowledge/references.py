"""Whether the codes an article names exist: categories, communes, units."""

from collections.abc import Iterable

from contact_center.db import Transaction
from contact_center.knowledge.content import Content
from contact_center.taxonomy import service as taxonomy
from contact_center.units import service as units


async def unknown_codes(tx: Transaction, contents: Iterable[Content]) -> list[dict[str, str]]:
    """For each content, field -> ``unknown`` where it names something that does not exist."""
    contents = list(contents)
    categories = (await taxonomy.snapshot(tx)).by_code
    communes = await units.communes_by_code(tx, {code for content in contents for code in content.places})
    known_units = await units.units_by_code(tx, {code for content in contents for code in content.units})
    return [
        {
            name: "unknown"
            for name, known in (("category_codes", categories), ("places", communes), ("units", known_units))
            if not set(getattr(content, name)) <= set(known)
        }
        for content in contents
    ]
