"""The steps of an import, each with its own sums."""

from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from integrations.models.import_run import ImportRun


class PhaseKind(models.TextChoices):
    """What a step does."""

    RECORDS = "records", _("Records")
    KEYS = "keys", _("Finding the accounts")
    MEMBERS = "members", _("Filling the list")
    LINKING = "linking", _("Linking companies")
    BACKFILL = "backfill", _("Filling in values")
    RESTORE = "restore", _("Restoring values")
    REMOVE = "remove", _("Removing records")
    RETURN = "return", _("Bringing records back")


# The steps whose sums are the sums of the run.
COUNTED_KINDS = (
    PhaseKind.RECORDS,
    PhaseKind.BACKFILL,
    PhaseKind.RESTORE,
    PhaseKind.REMOVE,
    PhaseKind.RETURN,
)


class PhaseState(models.TextChoices):
    """Where a step stands."""

    NEXT = "next", _("Next")
    NOW = "now", _("Now")
    DONE = "done", _("Done")


class ImportPhase(models.Model):
    """One step; its sums are written in the transaction of the rows that they count, so they always add up."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="phases")
    order = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=PhaseKind, default=PhaseKind.RECORDS)
    sobject = models.CharField(max_length=80)
    state = models.CharField(max_length=10, choices=PhaseState, default=PhaseState.NEXT)
    # How records are asked for: "all", "associated" (accounts of contacts), "campaign", "problems" (a retry).
    selection = models.CharField(max_length=20, default="all")
    expected = models.PositiveBigIntegerField(default=0)
    # From where the query goes on after the last page that went in; null before the first.
    cursor = models.JSONField(null=True)
    pages = models.PositiveIntegerField(default=0)
    read = models.PositiveBigIntegerField(_("read"), default=0)
    created = models.PositiveBigIntegerField(_("created"), default=0)
    updated = models.PositiveBigIntegerField(_("updated"), default=0)
    unchanged = models.PositiveBigIntegerField(_("unchanged"), default=0)
    skipped = models.PositiveBigIntegerField(_("skipped"), default=0)
    failed = models.PositiveBigIntegerField(_("failed"), default=0)
    removed = models.PositiveBigIntegerField(_("removed"), default=0)
    skip_reasons = models.JSONField(default=dict)
    seconds = models.FloatField(default=0)
    # What went in before the step had to start over: it comes again as unchanged and is counted back.
    created_before = models.PositiveBigIntegerField(default=0)
    updated_before = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = _("import step")
        verbose_name_plural = _("import steps")
        ordering = ["run", "order"]
        constraints = [
            models.UniqueConstraint(fields=["run", "order"], name="one_step_a_place"),
            models.CheckConstraint(
                name="sums_add_up",
                condition=models.Q(
                    read=F("created")
                    + F("updated")
                    + F("unchanged")
                    + F("skipped")
                    + F("failed")
                    + F("removed")
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.run_id}.{self.order} {self.kind} {self.sobject}"


class ImportKey(models.Model):
    """An account that a contact belongs to, noted when the org cannot answer a semi-join."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="keys")
    salesforce_id = models.CharField(max_length=18, db_collation="C")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "salesforce_id"], name="one_key_a_run")]

    def __str__(self) -> str:
        return self.salesforce_id
