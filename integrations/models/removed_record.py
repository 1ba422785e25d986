"""Records that an undo removed, kept whole so that the undo can be undone."""

from django.db import models

from crmbridge.properties.models import RecordKind
from integrations.models.import_run import ImportRun


class RemovedRecord(models.Model):
    """One contact or company as it was, with what pointed to it."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="removed_records")
    kind = models.CharField(max_length=10, choices=RecordKind)
    record_id = models.BigIntegerField()
    # The row of its table, column by column.
    row = models.JSONField()
    # {"salesforce": [ids of the Salesforce records linked to it], "lists": [numbers of the lists it was on]}.
    links = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "kind", "record_id"], name="removed_once_a_run")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.record_id}"
