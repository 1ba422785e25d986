"""What the worker does by the clock."""

import pytest
from django.apps import apps
from django_q.models import Schedule

from integrations.schedules import save_schedules


@pytest.mark.django_db
def test_one_schedule_runs_every_minute_for_ever_however_often_it_is_written() -> None:
    for _ in range(2):
        save_schedules(app_config=apps.get_app_config("integrations"))
    schedule = Schedule.objects.get(func="integrations.tasks.every_minute")
    assert (schedule.schedule_type, schedule.minutes, schedule.repeats) == (Schedule.MINUTES, 1, -1)
