"""An import in the terminal: bars while it runs, a summary that adds up at the end."""

import time
from datetime import timedelta

from django.core.management.base import CommandError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from integrations.management.console import find_run
from integrations.models import ImportRun, PhaseKind, PhaseState
from integrations.services import progress
from integrations.services.progress import PhaseStatus, RunStatus

_LOOK_SECONDS = 0.5
# A pause that is longer is not worth watching: it waits for API calls to come free.
_LONG_PAUSE = timedelta(minutes=2)
_INTERRUPTED = 130


class ProgressView:
    """Bars on a terminal, a line a step elsewhere."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self._bars = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[speed]}"),
            TimeRemainingColumn(),
            console=console,
            disable=not console.is_terminal,
        )
        self._tasks: dict[int, TaskID] = {}
        self._told: set[str] = set()

    def __enter__(self) -> "ProgressView":
        self._bars.start()
        return self

    def __exit__(self, *args: object) -> None:
        self._bars.stop()

    def show(self, status: RunStatus) -> None:
        """Draws the import as it stands now."""
        for number, phase in enumerate(status.phases):
            if self.console.is_terminal:
                self._draw(number, phase)
            elif phase.state != PhaseState.NEXT:
                self._tell(f"{number} {phase.state}", _line(phase))
        if status.run.parked_until:
            self._tell(f"pause {status.run.parked_until}", _pause(status.run))
        if status.worker_missing:
            self._tell("worker", _("No worker is there to do it. Start one: manage.py qcluster"))

    def _draw(self, number: int, phase: PhaseStatus) -> None:
        speed = _("%(speed)s rows/s") % {"speed": f"{phase.records_per_second:,}"} if phase.read else ""
        if number not in self._tasks:
            self._tasks[number] = self._bars.add_task(phase.label, total=phase.expected, speed=speed)
        self._bars.update(self._tasks[number], completed=phase.read, speed=speed)

    def _tell(self, key: str, line: str) -> None:
        """Prints a line the first time."""
        if key not in self._told:
            self._told.add(key)
            self.console.print(line)


def _line(phase: PhaseStatus) -> str:
    state = PhaseState(phase.state).label
    if phase.kind == PhaseKind.LINKING:
        return f"{phase.label} · {state}"
    return f"{phase.label}: {phase.read:,} / {phase.expected:,} · {state}"


def _pause(run: ImportRun) -> str:
    until = _("It goes on at %(time)s.") % {
        "time": date_format(timezone.localtime(run.parked_until), "Y-m-d H:i:s")
    }
    return f"{run.error_message} {until}".strip()


def watch(console: Console, run: ImportRun) -> ImportRun:
    """Shows an import that a worker is on until it ended or waits for long; Ctrl-C only ends the watching."""
    with ProgressView(console) as view:
        try:
            while True:
                run = find_run(run.pk)
                view.show(progress.status(run=run))
                if not run.is_active or (
                    run.parked_until and run.parked_until > timezone.now() + _LONG_PAUSE
                ):
                    return run
                time.sleep(_LOOK_SECONDS)
        except KeyboardInterrupt:
            told = _("Import %(id)s goes on. To stop it: manage.py sf_cancel %(id)s") % {"id": run.pk}
            raise CommandError(told, returncode=_INTERRUPTED) from None


def print_summary(console: Console, run: ImportRun) -> None:
    """Prints the sums, the reasons, the problems and the cost of an import."""
    status = progress.status(run=run)
    console.print(f"{run} · {run.get_state_display()}", style="bold")
    for line in (_sums(status), *_skipped(status), *_problems(status), _cost(status)):
        console.print(line)
    if run.parked_until:
        console.print(_pause(run))
    elif run.error_message:
        console.print(run.error_message, run.error_remedy, style="red")
        console.print(run.traceback)


def _sums(status: RunStatus) -> str:
    names = ("read", "created", "updated", "unchanged", "skipped", "failed")
    told = _(
        "read %(read)s = created %(created)s + updated %(updated)s + unchanged %(unchanged)s "
        "+ skipped %(skipped)s + failed %(failed)s"
    ) % {name: f"{getattr(status, name):,}" for name in names}
    return told + (_(" + removed %(number)s") % {"number": f"{status.removed:,}"} if status.removed else "")


def _skipped(status: RunStatus) -> list[str]:
    shown = " · ".join(f"{reason.label} {reason.count:,}" for reason in status.skip_reasons)
    return [_("Skipped: %(reasons)s") % {"reasons": shown}] if shown else []


def _problems(status: RunStatus) -> list[str]:
    lines = [f"  {group.count:>7,}  {group.label}: {group.remedy}" for group in status.problems]
    if status.waiting_for_account:
        lines.append(
            _("%(count)s contacts wait for their account.") % {"count": f"{status.waiting_for_account:,}"}
        )
    return lines


def _cost(status: RunStatus) -> str:
    return _("%(seconds)s s · %(speed)s rows/s · API calls: %(used)s used of about %(estimated)s") % {
        "seconds": f"{status.run.seconds:.1f}",
        "speed": f"{status.records_per_second:,}",
        "used": status.api_calls_used,
        "estimated": status.api_calls_estimated,
    }
