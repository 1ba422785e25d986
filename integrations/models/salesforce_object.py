"""Salesforce's descriptions of its objects, kept so that no page has to ask for them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from integrations.models.connection import SalesforceConnection


class SalesforceObject(models.Model):
    """The describe of one object, as last received."""

    connection = models.ForeignKey(
        SalesforceConnection, on_delete=models.CASCADE, related_name="objects_described"
    )
    name = models.CharField(_("API name"), max_length=80)
    describe = models.JSONField(_("description"))
    last_modified = models.CharField(max_length=60, blank=True)
    # What differs from the describe before, until somebody has seen it: {"new": [names], "gone": [names],
    # "retyped": [{"name", "before", "now"}]}.
    changes = models.JSONField(default=dict)
    changed_at = models.DateTimeField(null=True)
    fetched_at = models.DateTimeField(_("fetched"), auto_now=True)

    class Meta:
        verbose_name = _("Salesforce object")
        verbose_name_plural = _("Salesforce objects")
        constraints = [models.UniqueConstraint(fields=["connection", "name"], name="one_describe_an_object")]

    def __str__(self) -> str:
        return self.name
