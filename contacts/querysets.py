"""Named reads of contacts."""

from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from contacts.models import Contact  # noqa: F401 (named in quotes below)


class ContactQuerySet(models.QuerySet["Contact"]):
    """Reads that pages and commands share."""

    def for_table(self) -> "ContactQuerySet":
        """What the list of contacts shows, each with its company, without the long values."""
        long = ("description", "properties", "company__description", "company__properties")
        return self.select_related("company").defer(*long)
