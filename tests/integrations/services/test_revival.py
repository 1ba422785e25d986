"""Imports that nobody is on although somebody should be."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone
from django_q.models import OrmQ
from pytest_django.fixtures import Settings

from crmbridge.lists.models import List
from integrations import tasks
from integrations.models import ImportRun, RunState, WorkerHeartbeat
from integrations.services.revival import revive

from .connected import started, sums

pytestmark = pytest.mark.usefixtures("connection", "small_pages")
AGO = timedelta(minutes=5)


def left_in(**changes: object) -> ImportRun:
    run = started("contacts")
    ImportRun.objects.filter(pk=run.pk).update(**changes)
    return run


def test_an_import_whose_worker_died_is_handed_over_once() -> None:
    past = timezone.now() - AGO
    run = left_in(state=RunState.RUNNING, lease=uuid.uuid4(), lease_until=past, heartbeat_at=past)
    assert (revive(), revive()) == (1, 0)
    run.refresh_from_db()
    assert (run.state, run.lease) == (RunState.QUEUED, None)
    assert OrmQ.objects.count() == 1


def test_an_import_that_a_worker_is_on_is_left_alone() -> None:
    now = timezone.now()
    left_in(state=RunState.RUNNING, lease=uuid.uuid4(), lease_until=now + AGO, heartbeat_at=now)
    assert revive() == 0


def test_a_pause_that_is_over_ends() -> None:
    run = left_in(state=RunState.PARKED, parked_until=timezone.now() + AGO)
    assert revive() == 0
    ImportRun.objects.filter(pk=run.pk).update(parked_until=timezone.now())
    assert revive() == 1


def test_a_task_that_was_lost_between_two_slices_is_sent_again() -> None:
    past = timezone.now() - AGO
    left_in(state=RunState.RUNNING, lease=None, heartbeat_at=past)
    assert (revive(), revive()) == (1, 0)


def test_a_queued_import_whose_task_was_lost_is_sent_again() -> None:
    left_in(created_at=timezone.now() - AGO)
    assert (revive(), revive()) == (1, 0)


def test_a_task_works_one_slice_and_hands_the_rest_back(settings: Settings) -> None:
    settings.IMPORT_SLICE_SECONDS = 0
    run = started("contacts")
    tasks.import_slice(run.pk)
    assert sums(run)["read"] == 25
    assert OrmQ.objects.count() == 1
    assert WorkerHeartbeat.is_fresh()


def test_every_minute_the_worker_is_heard_of() -> None:
    assert not WorkerHeartbeat.is_fresh()
    tasks.every_minute()
    assert WorkerHeartbeat.is_fresh()


def test_an_import_that_kills_its_workers_ends() -> None:
    past = timezone.now() - AGO
    dead = {"state": RunState.RUNNING, "lease": uuid.uuid4(), "lease_until": past, "heartbeat_at": past}
    run = left_in(**dead)
    for _ in range(10):
        assert revive() == 1
        ImportRun.objects.filter(pk=run.pk).update(**dead)
    assert revive() == 0
    run.refresh_from_db()
    assert (run.state, run.error_code) == (RunState.FAILED, "WORKER_DIED")
    assert run.error_remedy


def test_every_hour_active_lists_are_counted_again() -> None:
    filters = {"groups": [[{"about": "contact", "property": "country", "operator": "known"}]]}
    item = List.objects.create(name="Anywhere", type="active", filters=filters)
    tasks.every_hour()
    item.refresh_from_db()
    assert item.size == 0
    assert item.counted_at is not None
