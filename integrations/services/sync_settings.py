"""What people decide about the integration."""

from typing import Any

from integrations.models import SalesforceConnection, SyncSettings


def update(*, connection: SalesforceConnection, **changes: Any) -> SyncSettings:
    """Saves the settings that are named and returns all of them."""
    settings, _created = SyncSettings.objects.get_or_create(connection=connection)
    for name, value in changes.items():
        setattr(settings, name, value)
    settings.full_clean()
    settings.save()
    connection.settings = settings  # callers that hold the connection see the change
    return settings
