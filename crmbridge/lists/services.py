"""Writes of lists."""

from django.contrib.auth.models import User

from crmbridge.lists.models import List


def list_filled_by(*, source: str, name: str, created_by: User | None = None) -> List:
    """The list that a source fills, made under this name the first time; a later renaming by people stays."""
    found, _created = List.objects.get_or_create(
        source=source, defaults={"name": name, "created_by": created_by}
    )
    return found
