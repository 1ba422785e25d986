"""Every row or value that did not go in, and why."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from integrations.models.connection import SalesforceConnection
from integrations.models.import_file import ImportFile
from integrations.models.import_run import ImportRun


class ProblemCategory(models.TextChoices):
    """docs/behaviour.md, section 7."""

    CONNECTION = "connection", _("Connection")
    SCHEMA = "schema", _("Schema")
    IDENTITY = "identity", _("Identity")
    ASSOCIATION = "association", _("Association")
    VALUE = "value", _("Value")
    REFUSED = "refused", _("Refused by Salesforce")


class ProblemLevel(models.TextChoices):
    """Whether somebody should act, or it is only told so that the sums can be followed."""

    NOTE = "note", _("Note")
    PROBLEM = "problem", _("Problem")


class ProblemQuerySet(models.QuerySet["Problem"]):
    """Named reads of problems."""

    def open(self) -> "ProblemQuerySet":
        """Problems that wait for somebody.

        Those of a file stand beside its import and nowhere else: only whoever made the file can mend it.
        """
        return self.filter(resolved_at=None, level=ProblemLevel.PROBLEM, file=None)


class Problem(models.Model):
    """One thing that is wrong with one record or one field of it; its words come from `problem_texts`."""

    # Where the record comes from: an org, or the row of a file.
    connection = models.ForeignKey(
        SalesforceConnection, on_delete=models.CASCADE, related_name="problems", null=True, blank=True
    )
    file = models.ForeignKey(
        ImportFile, on_delete=models.CASCADE, related_name="problems", null=True, blank=True
    )
    row = models.PositiveIntegerField(_("row"), null=True, blank=True)
    category = models.CharField(_("category"), max_length=20, choices=ProblemCategory)
    level = models.CharField(max_length=10, choices=ProblemLevel, default=ProblemLevel.PROBLEM)
    code = models.CharField(_("reason"), max_length=40)
    sobject = models.CharField(_("object"), max_length=80)
    salesforce_id = models.CharField(_("Salesforce ID"), max_length=18, db_collation="C", blank=True)
    field = models.CharField(_("field"), max_length=80, blank=True)
    property = models.CharField(_("property"), max_length=63, blank=True)
    # The record that matters beside this one: the winner, the survivor, the missing account.
    other_id = models.CharField(_("other Salesforce ID"), max_length=18, db_collation="C", blank=True)
    raw_value = models.TextField(_("value in Salesforce"), null=True, blank=True)
    raw_message = models.TextField(_("Salesforce's message"), blank=True)
    contact_id = models.BigIntegerField(null=True, blank=True)
    company_id = models.BigIntegerField(null=True, blank=True)
    first_seen = models.DateTimeField(_("first seen"), db_default=Now())
    last_seen = models.DateTimeField(_("last seen"), db_default=Now())
    attempts = models.PositiveIntegerField(_("attempts"), default=1)
    resolved_at = models.DateTimeField(_("resolved"), null=True, blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True
    )

    objects = ProblemQuerySet.as_manager()

    class Meta:
        verbose_name = _("problem")
        verbose_name_plural = _("problems")
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "salesforce_id", "code", "field"], name="one_problem_a_cause"
            )
        ]
        indexes = [models.Index(fields=["category", "code"], name="problem_by_cause")]

    def __str__(self) -> str:
        return f"{self.code} {self.salesforce_id or self.row}"


class ProblemOccurrence(models.Model):
    """A problem as one import met it: what makes each skipped or failed row of that import listable."""

    problem = models.ForeignKey(Problem, on_delete=models.CASCADE, related_name="occurrences")
    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="occurrences", db_index=False)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "problem"], name="once_a_run")]

    def __str__(self) -> str:
        return f"{self.run_id}: {self.problem_id}"
