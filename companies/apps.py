"""Companies."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CompaniesConfig(AppConfig):
    """The organisations that contacts work for."""

    name = "companies"
    verbose_name = _("Companies")
