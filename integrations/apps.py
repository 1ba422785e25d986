"""The integration with Salesforce."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IntegrationsConfig(AppConfig):
    """Registers what the integration adds to the console when it starts."""

    name = "integrations"
    verbose_name = _("Integrations")

    def ready(self) -> None:
        """Connects the links between records and Salesforce and the schedules of the worker."""
        from integrations import schedules, signals

        signals.connect()
        schedules.connect()
