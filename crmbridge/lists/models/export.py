"""Files of long lists, made by the worker."""

import builtins

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from crmbridge.lists.models.list import List


class FileFormat(models.TextChoices):
    """The files that a list can be had as."""

    CSV = "csv", "CSV"
    XLSX = "xlsx", "XLSX"


class ExportState(models.TextChoices):
    """What becomes of a long export."""

    QUEUED = "queued", _("Waiting")
    RUNNING = "running", _("Running")
    FINISHED = "finished", _("Finished")
    CANCELLED = "cancelled", _("Cancelled")
    FAILED = "failed", _("Failed")


UNDER_WAY = (ExportState.QUEUED, ExportState.RUNNING)


class ListExportQuerySet(models.QuerySet["ListExport"]):
    """Named reads of exports."""

    def under_way(self) -> "ListExportQuerySet":
        """Exports that the worker still has something to do for."""
        return self.filter(state__in=UNDER_WAY)

    def to_fetch(self) -> "ListExportQuerySet":
        """Exports that are made or will be, newest first."""
        return self.filter(state__in=(*UNDER_WAY, ExportState.FINISHED)).order_by("-id")


class ListExport(models.Model):
    """A file of a long list, made by the worker part by part; `last_id` is where the next part begins."""

    list = models.ForeignKey(List, on_delete=models.CASCADE, related_name="exports")
    format = models.CharField(_("format"), max_length=4, choices=FileFormat)
    state = models.CharField(_("state"), max_length=10, choices=ExportState, default=ExportState.QUEUED)
    expected = models.BigIntegerField(_("expected"))
    rows = models.BigIntegerField(_("rows"), default=0)
    # Members go by their number, from the highest down; null before the first part.
    last_id = models.BigIntegerField(null=True)
    # What says which members and which of their properties, as both were when the file was asked for.
    filters = models.JSONField(default=dict)
    columns = models.JSONField(default=builtins.list)  # `list` is the field above
    # Who may make the next part: a worker that was lost loses its turn.
    turn = models.PositiveIntegerField(default=0)
    # Workers lost in a row; a part that is made sets it back to 0.
    faults = models.PositiveSmallIntegerField(default=0)
    reason = models.TextField(_("reason"), blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(_("created"), db_default=Now())
    beat_at = models.DateTimeField(db_default=Now())

    objects = ListExportQuerySet.as_manager()

    class Meta:
        verbose_name = _("export of a list")
        verbose_name_plural = _("exports of lists")

    def __str__(self) -> str:
        return f"{self.list} ({self.get_format_display()})"

    @property
    def is_under_way(self) -> bool:
        """Whether the worker still has something to do for it."""
        return self.state in UNDER_WAY


class ListExportPart(models.Model):
    """Some thousand rows of an export, in the database because web servers and workers may be different machines."""

    export = models.ForeignKey(ListExport, on_delete=models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        verbose_name = _("part of an export")
        verbose_name_plural = _("parts of exports")
        constraints = [models.UniqueConstraint(fields=["export", "number"], name="one_part_a_number")]

    def __str__(self) -> str:
        return f"{self.export_id}: {self.number}"
