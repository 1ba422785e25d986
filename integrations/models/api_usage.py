"""How many API calls were made, and how many the org has left."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from integrations.models.connection import SalesforceConnection


class ApiUsage(models.Model):
    """The calls of one hour: ours counted, the org's as Salesforce told them last."""

    connection = models.ForeignKey(SalesforceConnection, on_delete=models.CASCADE, related_name="api_usage")
    hour = models.DateTimeField(_("hour"))
    calls = models.PositiveIntegerField(_("calls by crmbridge"), default=0)
    org_used = models.PositiveIntegerField(_("calls by the whole org in 24 hours"), null=True)
    org_limit = models.PositiveIntegerField(_("the org's limit in 24 hours"), null=True)

    class Meta:
        verbose_name = _("API usage")
        verbose_name_plural = _("API usage")
        constraints = [models.UniqueConstraint(fields=["connection", "hour"], name="one_row_an_hour")]

    def __str__(self) -> str:
        return f"{self.hour:%F %H}: {self.calls}"
