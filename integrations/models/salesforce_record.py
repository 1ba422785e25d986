"""The mirror: every Salesforce record exactly as last received."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from integrations.models.connection import SalesforceConnection


class LinkState(models.TextChoices):
    """What became of a Salesforce record here."""

    LINKED = "linked", _("Linked")
    DUPLICATE = "duplicate", _("Duplicate e-mail")
    NO_EMAIL = "no_email", _("No e-mail address")
    CONVERTED = "converted", _("Converted lead")
    WAITING = "waiting", _("Converted lead, its contact is not here yet")
    DELETED = "deleted", _("Deleted in Salesforce")
    MERGED = "merged", _("Merged in Salesforce")
    UNLINKED = "unlinked", _("Removed here")


class SalesforceRecord(models.Model):
    """One record of one org. Lean on purpose: this table takes more of an import's time than any other.

    The key is the pair itself, so that there is one index and not two; links carry no constraints, because
    the statements that set them read both sides.
    """

    pk = models.CompositePrimaryKey("connection_id", "salesforce_id")
    connection = models.ForeignKey(
        SalesforceConnection, on_delete=models.CASCADE, db_index=False, db_constraint=False
    )
    salesforce_id = models.CharField(max_length=18, db_collation="C")
    sobject = models.CharField(max_length=80, db_collation="C")
    system_modstamp = models.DateTimeField()
    is_deleted = models.BooleanField(default=False)
    merged_into = models.CharField(max_length=18, null=True, db_collation="C")
    # AccountId of a Contact, ConvertedContactId of a Lead, ParentId of an Account.
    related_id = models.CharField(max_length=18, null=True, db_collation="C")
    fields = models.JSONField(default=dict)
    # Checksum of the field names it was read with: a record read with other fields counts as changed.
    shape = models.IntegerField()
    link_state = models.CharField(_("state"), max_length=10, choices=LinkState)
    contact_id = models.BigIntegerField(null=True)
    company_id = models.BigIntegerField(null=True)
    # The moment, by Salesforce's clock, up to which its changes were asked for when it came.
    as_of = models.DateTimeField(db_default=Now())
    received_at = models.DateTimeField(_("last received"), db_default=Now())

    class Meta:
        verbose_name = _("Salesforce record")
        verbose_name_plural = _("Salesforce records")
        constraints = [
            models.UniqueConstraint(
                fields=["contact_id", "sobject", "connection"],
                condition=models.Q(link_state=LinkState.LINKED, contact_id__isnull=False),
                name="one_link_a_contact",
            ),
            models.UniqueConstraint(
                fields=["company_id", "connection"],
                condition=models.Q(link_state=LinkState.LINKED, company_id__isnull=False),
                name="one_link_a_company",
            ),
        ]
        indexes = [
            models.Index(
                fields=["related_id"],
                condition=models.Q(related_id__isnull=False),
                name="record_by_related_id",
            ),
            # The few leads that were converted to a contact that is not here yet.
            models.Index(
                fields=["related_id"],
                condition=models.Q(link_state=LinkState.WAITING),
                name="record_that_waits",
            ),
            # The few that point to a contact without being linked: duplicates, converted and removed records.
            models.Index(
                fields=["contact_id"],
                condition=models.Q(contact_id__isnull=False) & ~models.Q(link_state=LinkState.LINKED),
                name="record_beside_contact",
            ),
            models.Index(
                fields=["company_id"],
                condition=models.Q(company_id__isnull=False) & ~models.Q(link_state=LinkState.LINKED),
                name="record_beside_company",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sobject} {self.salesforce_id}"
