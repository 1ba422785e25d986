"""What the worker does by the clock."""

from typing import Any

from django.db.models.signals import post_migrate


def connect() -> None:
    """Writes the schedules after each migration."""
    post_migrate.connect(save_schedules, dispatch_uid="integration schedules")


def save_schedules(**kwargs: Any) -> None:
    """Writes the schedules: each minute for beats and stalled work, each hour for lists, each day for what is old."""
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
    Schedule.objects.update_or_create(
        name="every hour",
        defaults={"func": "integrations.tasks.every_hour", "schedule_type": Schedule.HOURLY, "repeats": -1},
    )
    Schedule.objects.update_or_create(
        name="every day",
        defaults={"func": "integrations.tasks.every_day", "schedule_type": Schedule.DAILY, "repeats": -1},
    )
