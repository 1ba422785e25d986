"""Named reads of companies."""

from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from companies.models import Company  # noqa: F401 (named in quotes below)


class CompanyQuerySet(models.QuerySet["Company"]):
    """Reads that pages and commands share."""

    def for_table(self) -> "CompanyQuerySet":
        """What the list of companies shows, without the long values."""
        return self.defer("description", "properties")
