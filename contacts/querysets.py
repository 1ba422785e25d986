"""Named reads of contacts."""

from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from contacts.models import Contact  # noqa: F401 (named in quotes below)


class ContactQuerySet(models.QuerySet["Contact"]):
    """Reads that pages and commands share."""

    def for_table(self, *, with_custom: bool = False) -> "ContactQuerySet":
        """What the list of contacts shows, each with its company, without the long values.

        Custom properties come along if they are columns.
        """
        long = ["description", "company__description", "company__properties"]
        long += [] if with_custom else ["properties"]
        return self.select_related("company").defer(*long)
