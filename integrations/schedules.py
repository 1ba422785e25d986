"""What the worker does by the clock."""

from typing import Any

from django.db.models.signals import post_migrate


def connect() -> None:
    """Writes the schedules after each migration."""
    post_migrate.connect(save_schedules, dispatch_uid="integration schedules")


def save_schedules(**kwargs: Any) -> None:
    """Writes the one-minute schedule that beats for the worker and revives stalled imports."""
    if kwargs["app_config"].label != "integrations":
        return
    from django_q.models import Schedule

    Schedule.objects.update_or_create(
        name="every minute",
        defaults={
            "func": "integrations.tasks.every_minute",
            "schedule_type": Schedule.MINUTES,
            "minutes": 1,
            "repeats": -1,
        },
    )
