"""What happened in an import, for its log."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from integrations.models.import_run import ImportRun


class EventKind(models.TextChoices):
    """What can happen."""

    ASKED = "asked", _("Asked for")
    STARTED = "started", _("A worker began")
    STEP = "step", _("Step began")
    STEP_DONE = "step_done", _("Step done")
    PAUSED = "paused", _("Paused")
    REVIVED = "revived", _("Its worker was lost; another goes on")
    CANCEL_ASKED = "cancel_asked", _("Cancel asked for")
    CANCELLED = "cancelled", _("Cancelled")
    RESUMED = "resumed", _("Resumed")
    FINISHED = "finished", _("Finished")
    FAILED = "failed", _("Stopped by a problem")


class ImportEvent(models.Model):
    """One line of the log."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=20, choices=EventKind)
    # The step that it is about, or what an error said.
    step = models.ForeignKey(
        "ImportPhase", on_delete=models.CASCADE, null=True, blank=True, related_name="events"
    )
    told = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["run", "id"]

    def __str__(self) -> str:
        return f"{self.run_id} {self.kind}"
