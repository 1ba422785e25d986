"""The soak: import after import, disturbed in one database and in peace in the other."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

from django.test import override_settings

from integrations.models import ImportRun, RunState
from integrations.sandbox import DemoOrg
from integrations.sandbox.faults import Faults
from integrations.services import imports
from integrations.services.connect import require_current
from integrations.services.plans import ImportPlan, plan_import
from tests.e2e.processes import wait_for
from tests.integrations.services.connected import connect_to, worked

from . import memory, snapshot, supervise
from .changes import CAMPAIGNS, Changes
from .databases import twin, using
from .faults import OTHERS, RESTARTS, Scene
from .sizes import BULK_ABOVE, PAGE_ROWS, Sizes
from .worker import Memory, Worker

FIRST_GROUPS = ("leads-and-contacts", "accounts")
GROUPS = ("leads-and-contacts", "contacts", "accounts", "campaign")
MOST_FAULTS = 4
# Workers die in this share of the imports; the rest happen to one worker, whose memory is watched.
RESTLESS = 0.4
# A bulk job takes this long, so that it can fail on its way.
JOB_SECONDS = 0.25


class Difference(Exception):
    """The two databases are not the same after an import."""


def soak(*, seed: int, count: int, sizes: Sizes, folder: Path, say: Callable[[str], None]) -> None:
    """Runs `count` imports; raises Difference, or ImportBroken when one ends in a way that nobody expected."""
    folders = override_settings(IMPORT_FOLDER=folder / "in-peace")
    pages = override_settings(IMPORT_BULK_ABOVE=BULK_ABOVE, IMPORT_PAGE_ROWS=PAGE_ROWS)
    with DemoOrg(**sizes, seed=seed) as org, twin() as peaceful, folders, pages:
        _Soak(org, peaceful=peaceful, rng=Random(seed), folder=folder, say=say).run(count)


class _Soak:
    def __init__(
        self, org: DemoOrg, *, peaceful: str, rng: Random, folder: Path, say: Callable[[str], None]
    ) -> None:
        self._org, self._peaceful, self._rng, self._say = org, peaceful, rng, say
        self._folder = folder / "disturbed"
        self._changes = Changes(org, rng)
        self._changed_at = 0
        self._samples: list[Memory] = []

    def run(self, count: int) -> None:
        self._org.bulk_delay = JOB_SECONDS
        connect_to(self._org)
        with using(self._peaceful):
            connect_to(self._org)
        with self._working() as self._worker:
            for number in range(1, count + 1):
                self._one(number, may_restart=number <= count * RESTLESS)
        right, told = memory.verdict(self._samples, is_due=count * (1 - RESTLESS) >= memory.FEWEST)
        self._say(told)
        if not right:
            raise Difference(told)

    @contextmanager
    def _working(self) -> Iterator[Worker]:
        self._folder.mkdir(parents=True)
        worker = Worker(folder=self._folder)
        try:
            yield worker
        except supervise.ImportBroken as error:
            raise supervise.ImportBroken(f"{error}\n{worker.log_tail()}") from None
        finally:
            worker.kill()

    def _one(self, number: int, *, may_restart: bool) -> None:
        self._change(first=number == 1)
        group = FIRST_GROUPS[number - 1] if number <= len(FIRST_GROUPS) else self._rng.choice(GROUPS)
        campaign = str(self._rng.choice(self._org.sql(CAMPAIGNS))[0]) if group == "campaign" else ""
        plan = self._plan(group, campaign)
        draws = self._draw(plan, may_restart=may_restart)
        started = time.monotonic()
        # Faults draw when they strike: from numbers of their own, else all later imports depended on the moment.
        rng = Random(self._rng.random())
        scene = Scene(self._org, self._worker, imports.start(plan=plan), rng)
        struck = supervise.bring_to_end(scene, draws)
        seconds = time.monotonic() - started
        wait_for(lambda: not any(self._folder.iterdir()), seconds=5)
        found = snapshot.take(scene.run)
        self._samples.append(self._worker.memory())
        self._tell(number, group, struck, seconds, scene.run)
        if wrong := snapshot.differences(found, self._in_peace(group, campaign)):
            raise Difference("\n".join([f"import {number} ({group}) differs:", *wrong]))

    def _change(self, *, first: bool) -> None:
        """Changes the org, in a second of its own: stamps tell no less."""
        wait_for(lambda: int(time.time()) > self._changed_at)
        if not first:
            self._changes.make()
        self._changed_at = int(time.time())

    def _plan(self, group: str, campaign: str) -> ImportPlan:
        return plan_import(connection=require_current(), record_group=group, campaign=campaign)

    def _draw(self, plan: ImportPlan, *, may_restart: bool) -> list[supervise.Draw]:
        """Up to four faults at moments between the first call and the last."""
        choice = [*OTHERS, *(RESTARTS if may_restart else [])]
        calls = sum(3 + phase.expected // PAGE_ROWS for phase in plan.phases)
        return [
            supervise.Draw(self._rng.randrange(calls), self._rng.uniform(0, 0.15), self._rng.choice(choice))
            for _ in range(self._rng.randint(0, MOST_FAULTS))
        ]

    def _in_peace(self, group: str, campaign: str) -> snapshot.Snapshot:
        """The same import without faults, in the other database."""
        self._org.faults, self._org.bulk_delay = Faults(), 0.0
        supervise.lift_limit(self._org)
        try:
            with using(self._peaceful):
                run = worked(imports.start(plan=self._plan(group, campaign), detach=False))
                if run.state != RunState.FINISHED:
                    raise supervise.ImportBroken(
                        f"import {run.pk} in peace: {run.error_message}{run.traceback}"
                    )
                return snapshot.take(run)
        finally:
            self._org.bulk_delay = JOB_SECONDS

    def _tell(self, number: int, group: str, struck: list[str], seconds: float, run: ImportRun) -> None:
        rows = sum(run.phases.values_list("read", flat=True))
        faults = ", ".join(struck) or "none"
        self._say(
            f"{number:3}  {group:18}  {seconds:5.1f} s  {rows:5} rows  "
            f"{self._samples[-1].megabytes:5.0f} MB  {faults}"
        )
