"""What people decide about the integration."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from integrations.models.connection import SalesforceConnection


class NoEmailPolicy(models.TextChoices):
    """What an import does with a record that has no e-mail address (docs/behaviour.md, section 3)."""

    IMPORT = "import", _("Import, identified by Salesforce ID")
    SKIP = "skip", _("Skip")


class SyncSettings(models.Model):
    """The settings of one connection."""

    connection = models.OneToOneField(SalesforceConnection, on_delete=models.CASCADE, related_name="settings")
    account_sync = models.BooleanField(_("Account Sync"), default=False)
    no_email = models.CharField(
        _("records without e-mail"), max_length=10, choices=NoEmailPolicy, default=NoEmailPolicy.IMPORT
    )
    allotted_calls = models.PositiveIntegerField(
        _("API calls a day that crmbridge may use"), null=True, blank=True
    )

    class Meta:
        verbose_name = _("Salesforce settings")
        verbose_name_plural = _("Salesforce settings")

    def __str__(self) -> str:
        return str(self.connection)
