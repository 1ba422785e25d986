"""Lists of contacts."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ListsConfig(AppConfig):
    """Static lists; an import of a Salesforce campaign fills one."""

    name = "crmbridge.lists"
    verbose_name = _("Lists")
