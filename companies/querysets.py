"""Named reads of companies."""

from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from companies.models import Company  # noqa: F401 (named in quotes below)


class CompanyQuerySet(models.QuerySet["Company"]):
    """Reads that pages and commands share."""

    def for_table(self, *, with_custom: bool = False) -> "CompanyQuerySet":
        """What the list of companies shows, without the long values; custom properties if they are columns."""
        return self.defer("description", *(() if with_custom else ("properties",)))
