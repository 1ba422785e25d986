"""Which Salesforce field feeds which property, and under which rule."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from crmbridge.properties.models import Property
from integrations.models.connection import SalesforceConnection


class SyncRule(models.TextChoices):
    """The four sync rules of docs/behaviour.md, section 4."""

    PREFER_SALESFORCE = "prefer", _("Prefer Salesforce unless blank")
    ALWAYS_SALESFORCE = "always", _("Always use Salesforce")
    TWO_WAY = "two-way", _("Two-way")
    DONT_SYNC = "none", _("Don't sync")


class FieldMapping(models.Model):
    """One property and the field of each Salesforce object that feeds it."""

    connection = models.ForeignKey(SalesforceConnection, on_delete=models.CASCADE, related_name="mappings")
    property = models.ForeignKey(Property, on_delete=models.PROTECT, related_name="mappings")
    lead_field = models.CharField(_("lead field"), max_length=80, blank=True)
    contact_field = models.CharField(_("contact field"), max_length=80, blank=True)
    account_field = models.CharField(_("account field"), max_length=80, blank=True)
    rule = models.CharField(
        _("sync rule"), max_length=10, choices=SyncRule, default=SyncRule.PREFER_SALESFORCE
    )
    is_default = models.BooleanField(_("standard"), default=False)
    # The types of the fields when the mapping was made: a field that has another one since is not read.
    lead_type = models.CharField(max_length=40, blank=True)
    contact_type = models.CharField(max_length=40, blank=True)
    account_type = models.CharField(max_length=40, blank=True)
    # Whoever edited it decided on every field of it: no default is filled in again.
    edited_at = models.DateTimeField(_("edited"), null=True, blank=True)
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("edited by"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
    )

    class Meta:
        verbose_name = _("field mapping")
        verbose_name_plural = _("field mappings")
        constraints = [
            models.UniqueConstraint(fields=["connection", "property"], name="one_mapping_a_property"),
            models.CheckConstraint(
                name="mapping_names_a_field",
                condition=~models.Q(lead_field="", contact_field="", account_field=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lead_field or self.contact_field or self.account_field} → {self.property_id}"
