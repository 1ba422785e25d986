"""The truth about an import, whatever the job queue thinks."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from integrations.models.connection import SalesforceConnection
from integrations.models.import_file import ImportFile


class RecordGroup(models.TextChoices):
    """The five choices of the import dialog (docs/behaviour.md, section 1, step 8)."""

    LEADS_AND_CONTACTS = "leads-and-contacts", _("All Leads and Contacts")
    LEADS = "leads", _("All Leads")
    CONTACTS = "contacts", _("All Contacts")
    ACCOUNTS = "accounts", _("Accounts Associated With Contacts")
    CAMPAIGN = "campaign", _("All Leads and Contacts in a Campaign")


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
        shown = self.select_related("requested_by", "connection", "file").defer(*secrets)
        return shown.prefetch_related("phases").order_by("-id")


class ImportRun(models.Model):
    """One import: what was asked for, where it stands, what it cost."""

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
                condition=models.Q(state__in=ACTIVE_STATES),
                name="one_active_import_a_group",
            ),
            models.CheckConstraint(
                name="from_an_org_or_a_file",
                condition=models.Q(connection__isnull=False, file__isnull=True)
                | models.Q(connection__isnull=True, file__isnull=False),
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
        """Which records it imports: the group from Salesforce, or the name of the file."""
        return str(self.file) if self.file else str(self.get_record_group_display())

    @property
    def is_active(self) -> bool:
        """Whether it is under way or waiting."""
        return self.state in ACTIVE_STATES

    @property
    def can_resume(self) -> bool:
        """Whether it stopped before its end and can go on from there."""
        return self.state in RESUMABLE_STATES
