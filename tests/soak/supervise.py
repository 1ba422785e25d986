"""Brings an import to its end through faults, with nothing but what the product or a person would do.

Waiting is shortened: where half a minute or an hour would have to pass, the clock in the row is moved.
"""

import time
from dataclasses import dataclass, field
from datetime import timedelta

from django.utils import timezone

from integrations.models import ImportRun, RunState
from integrations.sandbox import DemoOrg
from integrations.sandbox.org import DAILY_CALLS
from integrations.services import imports, revival

from .faults import Fault, Scene

LONGEST = 90.0
_LONG_AGO = timedelta(minutes=10)
# A living worker beats every three seconds.
_SILENCE = timedelta(seconds=10)
_IDLE = timedelta(seconds=4)


class ImportBroken(Exception):
    """The import ended in a way that nobody could expect, or not at all."""


@dataclass(order=True)
class Draw:
    """A fault and its moment: after so many API calls of the import, and a bit later."""

    calls: int
    delay: float
    fault: Fault = field(compare=False)


def bring_to_end(scene: Scene, draws: list[Draw]) -> list[str]:
    """Works until the import is finished; returns the names of the faults that struck."""
    struck: list[str] = []
    waiting, calls_before = sorted(draws), scene.org.api_calls
    deadline = time.monotonic() + LONGEST
    while scene.run.state != RunState.FINISHED or scene.run.lease is not None:
        if time.monotonic() > deadline:
            raise ImportBroken(f"import {scene.run.pk} hangs: {_told(scene.run)}")
        for draw in [draw for draw in waiting if scene.org.api_calls - calls_before >= draw.calls]:
            time.sleep(draw.delay)
            if draw.fault(scene):
                waiting.remove(draw)
                struck.append(draw.fault.__name__)
        time.sleep(0.02)
        scene.run.refresh_from_db()
        _help_along(scene)
    return struck


def _help_along(scene: Scene) -> None:
    """What the clock, the minute's schedule or a person does about an import that stands still."""
    run, now = scene.run, timezone.now()
    seen = run.heartbeat_at or run.created_at
    if run.state in (RunState.FAILED, RunState.CANCELLED):
        _resume(scene)
    elif run.state == RunState.PARKED:
        lift_limit(scene.org)
        _pass_time(run, parked_until=now)
    elif run.lease is not None and (seen < scene.worker.started_at or now - seen > _SILENCE):
        _pass_time(run, lease_until=now - _LONG_AGO, heartbeat_at=now - _LONG_AGO)
    elif run.lease is None and now - seen > _IDLE:
        _pass_time(run, created_at=now - _LONG_AGO, heartbeat_at=now - _LONG_AGO)


def _pass_time(run: ImportRun, **clocks: object) -> None:
    unmoved = ImportRun.objects.filter(pk=run.pk, state=run.state, lease=run.lease)
    if unmoved.update(**clocks):
        revival.revive()


def _resume(scene: Scene) -> None:
    if scene.run.state == RunState.FAILED and scene.run.traceback.lstrip().startswith("File"):
        raise ImportBroken(f"import {scene.run.pk} crashed: {_told(scene.run)}\n{scene.run.traceback}")
    lift_limit(scene.org)
    scene.run = imports.resume(run=scene.run)


def lift_limit(org: DemoOrg) -> None:
    """The next day has begun: there are as many API calls as on any other."""
    org.api_limit = DAILY_CALLS + org.api_calls


def _told(run: ImportRun) -> str:
    return f"{run.state}, faults {run.faults}, {run.error_code} {run.error_message}"
