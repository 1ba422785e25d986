"""Properties: what a contact or company can hold, and the history of every change."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class PropertiesConfig(AppConfig):
    """Keeps the standard properties in step with what the record models declare."""

    name = "crmbridge.properties"
    verbose_name = _("Properties")

    def ready(self) -> None:
        """Writes the standard properties after each migration."""
        from crmbridge.properties import finder
        from crmbridge.properties.services import save_standard_properties

        finder.register()

        post_migrate.connect(save_standard_properties, dispatch_uid="standard properties")
