"""How many records hold what would be written to Salesforce, property by property."""

from typing import Any

from django.core.cache import cache

from crmbridge.properties.models import Property
from integrations.models import SalesforceConnection
from integrations.services import why

# The count reads all records that came from Salesforce.
_SECONDS = 600


def counts(connection: SalesforceConnection, kind: str) -> list[dict[str, Any]]:
    """The properties with their counts, the most frequent first; at most ten minutes old."""
    key = f"would-write-{connection.pk}-{kind}"
    found = cache.get_or_set(key, lambda: why.count_would_write(connection=connection, kind=kind), _SECONDS)
    labels = {item.name: item.display_label for item in Property.objects.filter(kind=kind)}
    rows = [{"label": labels.get(name, name), "count": count} for name, count in (found or {}).items()]
    return sorted(rows, key=lambda row: -row["count"])
