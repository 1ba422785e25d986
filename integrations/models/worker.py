"""Whether a worker is there."""

from datetime import timedelta

from django.db import models
from django.utils import timezone


class WorkerHeartbeat(models.Model):
    """One row that every worker writes each minute, so that pages can say when there is none."""

    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.at:%F %T}"

    @classmethod
    def beat(cls) -> None:
        """Notes that a worker is alive now."""
        cls.objects.update_or_create(pk=1, defaults={"at": timezone.now()})

    @classmethod
    def is_fresh(cls) -> bool:
        """Whether a worker was heard of in the last two and a half minutes."""
        return cls.objects.filter(at__gte=timezone.now() - timedelta(seconds=150)).exists()
