"""An import in the terminal: bars while it runs, a summary that adds up at the end."""

import time

from django.utils.translation import gettext as _
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from integrations.models import ImportRun, RunState
from integrations.services import progress
from integrations.services.progress import RunStatus

_LOOK_SECONDS = 0.5


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
        self._tasks: dict[int, object] = {}
        self._told: dict[int, str] = {}

    def __enter__(self) -> "ProgressView":
        self._bars.start()
        return self

    def __exit__(self, *args: object) -> None:
        self._bars.stop()

    def show(self, status: RunStatus) -> None:
        """Draws the import as it stands now."""
        for number, phase in enumerate(status.phases):
            speed = _("%(speed)s rows/s") % {"speed": f"{phase.records_per_second:,}"} if phase.read else ""
            if number not in self._tasks:
                self._tasks[number] = self._bars.add_task(phase.label, total=phase.expected, speed=speed)
            self._bars.update(self._tasks[number], completed=phase.read, speed=speed)  # type: ignore[arg-type]
            if not self.console.is_terminal and self._told.get(number) != phase.state != "next":
                self._told[number] = phase.state
                self.console.print(f"{phase.label}: {phase.read:,} / {phase.expected:,} ({phase.state})")


def watch(console: Console, run: ImportRun) -> ImportRun:
    """Shows an import that a worker is on until it has ended or waits for API calls."""
    with ProgressView(console) as view:
        while True:
            run.refresh_from_db()
            view.show(progress.status(run=run))
            if not run.is_active or run.state == RunState.PARKED:
                return run
            time.sleep(_LOOK_SECONDS)


def print_summary(console: Console, run: ImportRun) -> None:
    """Prints the sums, the reasons, the problems and the cost of an import."""
    status = progress.status(run=run)
    console.print(f"[bold]{run}[/bold] · {run.get_state_display()}")
    console.print(
        _("read %(read)s = created %(created)s + updated %(updated)s + unchanged %(unchanged)s + skipped %(skipped)s + failed %(failed)s")
        % {name: f"{getattr(status, name):,}" for name in ("read", "created", "updated", "unchanged", "skipped", "failed")}
    )
    if status.skip_reasons:
        shown = " · ".join(f"{reason.label} {reason.count:,}" for reason in status.skip_reasons)
        console.print(_("Skipped: %(reasons)s") % {"reasons": shown})
    if status.problems:
        console.print(_problem_table(status))
    if status.waiting_for_account:
        console.print(_("%(count)s contacts wait for their account.") % {"count": f"{status.waiting_for_account:,}"})
    console.print(
        _("%(seconds)s s · %(speed)s rows/s · API calls: %(used)s used of about %(estimated)s")
        % {
            "seconds": f"{run.seconds:.1f}",
            "speed": f"{status.records_per_second:,}",
            "used": status.api_calls_used,
            "estimated": status.api_calls_estimated,
        }
    )
    if run.parked_until:
        console.print(_("It goes on at %(time)s.") % {"time": run.parked_until.isoformat(timespec="minutes")})
    if run.error_message:
        console.print(f"[red]{run.error_message}[/red] {run.error_remedy}")


def _problem_table(status: RunStatus) -> Table:
    table = Table(show_edge=False, pad_edge=False)
    for title, justify in ((_("Reason"), "left"), (_("Records"), "right"), (_("What to do"), "left")):
        table.add_column(title, justify=justify)  # type: ignore[arg-type]
    for group in status.problems:
        table.add_row(group.label, f"{group.count:,}", group.remedy)
    return table
