"""The truth about an import, a back-fill or an undo, whatever the job queue thinks."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from integrations.models.connection import SalesforceConnection
from integrations.models.field_mapping import FieldMapping
from integrations.models.import_file import ImportFile


class RecordGroup(models.TextChoices):
    """The five choices of the import dialog (docs/behaviour.md, section 1, step 8)."""

    LEADS_AND_CONTACTS = "leads-and-contacts", _("All Leads and Contacts")
    LEADS = "leads", _("All Leads")
    CONTACTS = "contacts", _("All Contacts")
    ACCOUNTS = "accounts", _("Accounts Associated With Contacts")
    CAMPAIGN = "campaign", _("All Leads and Contacts in a Campaign")


class RunKind(models.TextChoices):
    """What a run does; all kinds share one machinery of claims, slices, sums and states."""

    SALESFORCE = "salesforce", _("Import from Salesforce")
    FILE = "file", _("Import from a file")
    BACKFILL = "backfill", _("Back-fill")
    UNDO = "undo", _("Undo")


class RunState(models.TextChoices):
    """Where an import stands."""

    QUEUED = "queued", _("Waiting for a worker")
    RUNNING = "running", _("Running")
    PARKED = "parked", _("Waiting")
    FINISHED = "finished", _("Finished")
    FAILED = "failed", _("Stopped by a problem")
    CANCELLED = "cancelled", _("Cancelled")


ACTIVE_STATES = (RunState.QUEUED, RunState.RUNNING, RunState.PARKED)
RESUMABLE_STATES = (RunState.FAILED, RunState.CANCELLED)


class ImportRunQuerySet(models.QuerySet["ImportRun"]):
    """Named reads of imports."""

    def active(self) -> "ImportRunQuerySet":
        """Imports that are under way or waiting."""
        return self.filter(state__in=ACTIVE_STATES)

    def unclaimed(self) -> "ImportRunQuerySet":
        """Imports that no worker is on, or whose worker was not heard of for longer than its claim holds."""
        return self.filter(models.Q(lease=None) | models.Q(lease_until__lt=timezone.now()))

    def for_table(self) -> "ImportRunQuerySet":
        """Imports with their sums and people, newest first."""
        secrets = (f"connection__{name}" for name in SalesforceConnection.SECRETS)
        shown = self.select_related("requested_by", "connection", "file", "undo_of").defer(*secrets)
        return shown.prefetch_related("phases").order_by("-id")


class ImportRun(models.Model):
    """One import, back-fill or undo: what was asked for, where it stands, what it cost."""

    kind = models.CharField(_("kind"), max_length=10, choices=RunKind, default=RunKind.SALESFORCE)
    # Everything is done and then rolled back; what would have become of the records is in the report.
    is_dry = models.BooleanField(_("dry run"), default=False)
    # Where the records come from: an org, or a file.
    connection = models.ForeignKey(
        SalesforceConnection, on_delete=models.PROTECT, related_name="runs", null=True, blank=True
    )
    file = models.OneToOneField(
        ImportFile,
        verbose_name=_("file"),
        on_delete=models.PROTECT,
        related_name="run",
        null=True,
        blank=True,
    )
    record_group = models.CharField(_("records"), max_length=20, choices=RecordGroup, blank=True)
    campaign_id = models.CharField(_("campaign ID"), max_length=18, blank=True)
    campaign_name = models.CharField(_("campaign"), max_length=255, blank=True)
    retry_of = models.ForeignKey(
        "self", verbose_name=_("retry of"), on_delete=models.SET_NULL, null=True, blank=True
    )
    # What a back-fill fills from, and what it was called then.
    mapping = models.ForeignKey(FieldMapping, on_delete=models.SET_NULL, null=True, blank=True)
    subject = models.CharField(max_length=200, blank=True)
    undo_of = models.OneToOneField(
        "self",
        verbose_name=_("undo of"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="undone_by",
    )
    # What the sums do not say: samples of a dry run, what an undo left alone and why.
    report = models.JSONField(default=dict)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("started by"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
    )
    # What the confirm dialog sent: the same answer twice is one import.
    token = models.UUIDField(null=True, unique=True, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=RunState, default=RunState.QUEUED)
    created_at = models.DateTimeField(_("asked for"), db_default=Now())
    started_at = models.DateTimeField(_("started"), null=True)
    finished_at = models.DateTimeField(_("ended"), null=True)
    # Records changed later than this are left to the next import, so that all pages show one moment.
    cutoff = models.DateTimeField(null=True)
    # Seconds in which a worker was on it; waiting for a worker or for API calls does not count.
    seconds = models.FloatField(default=0)
    # The claim of the one worker that is on it, renewed with every page.
    lease = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(null=True)
    cancel_requested = models.BooleanField(default=False)
    parked_until = models.DateTimeField(_("goes on at"), null=True)
    # Temporary faults in a row; a page that goes in sets it back to 0.
    faults = models.PositiveSmallIntegerField(default=0)
    api_calls_estimated = models.PositiveIntegerField(_("API calls estimated"), default=0)
    api_calls_used = models.PositiveIntegerField(_("API calls used"), default=0)
    error_code = models.CharField(max_length=80, blank=True)
    error_message = models.TextField(blank=True)
    error_remedy = models.TextField(blank=True)
    traceback = models.TextField(blank=True)

    objects = ImportRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        indexes = [models.Index(fields=["state"], name="run_by_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "record_group", "campaign_id"],
                condition=models.Q(state__in=ACTIVE_STATES, kind="salesforce"),
                name="one_active_import_a_group",
            ),
            models.CheckConstraint(
                name="from_where_its_kind_says",
                condition=models.Q(kind__in=("salesforce", "backfill"), connection__isnull=False, file=None)
                | models.Q(kind="file", connection=None, file__isnull=False)
                | models.Q(kind="undo", file=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.records} #{self.pk}"

    @property
    def org(self) -> SalesforceConnection:
        """The connection of an import from Salesforce; one of a file has none and must not ask."""
        assert self.connection is not None
        return self.connection

    @property
    def records(self) -> str:
        """What it is about: the group from Salesforce, the file, the property filled in, the import undone."""
        if self.kind == RunKind.FILE:
            return str(self.file)
        if self.kind == RunKind.BACKFILL:
            return gettext("Back-fill of %(subject)s") % {"subject": self.subject}
        if self.kind == RunKind.UNDO:
            return gettext("Undo of import %(number)s") % {"number": self.undo_of_id}
        return str(self.get_record_group_display())

    @property
    def is_active(self) -> bool:
        """Whether it is under way or waiting."""
        return self.state in ACTIVE_STATES

    @property
    def can_resume(self) -> bool:
        """Whether it stopped before its end and can go on from there."""
        return self.state in RESUMABLE_STATES
