"""The project package as an app of its own, and the admin site that the whole console runs on."""

from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps


class CrmbridgeAdminConfig(admin_apps.AdminConfig):
    """Makes CRMAdminSite the site that `@admin.register` registers with."""

    default = False
    default_site = "crmbridge.site.CRMAdminSite"


class CrmbridgeConfig(AppConfig):
    """Shared kit: settings, checks, health, crypto, navigation."""

    name = "crmbridge"
    default = True

    def ready(self) -> None:
        """Registers the system checks."""
        from crmbridge import checks  # noqa: F401
