"""What the commands that put an import on its way share."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from integrations.management.console import ServiceCommand
from integrations.management.foreground import run_here
from integrations.management.progress_view import print_summary, watch
from integrations.models import ImportRun, RunState
from integrations.services import progress


class FollowCommand(ServiceCommand):
    """Runs an import here, or lets a worker do it and watches, or returns at once."""

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        how = self.add_ways(parser)
        how.add_argument("--wait", action="store_true", help=_("run it here, without a worker"))
        how.add_argument("--detach", action="store_true", help=_("hand it to a worker and return at once"))

    def add_ways(self, parser: CommandParser) -> Any:
        """The group of options that exclude each other."""
        return parser.add_mutually_exclusive_group()

    def follow(self, run: ImportRun, options: dict[str, Any]) -> None:
        """Follows the import to its end; exit code 1 unless it finished."""
        if options["detach"]:
            self._say_detached(run, options)
            return
        console = self.console(quiet=options["json"])
        run = run_here(console, run) if options["wait"] else watch(console, run)
        print_summary(console, run)
        if options["json"]:
            self.say_json(progress.as_json(run=run))
        if run.state != RunState.FINISHED:
            told = f"{run.get_state_display()}. {run.error_message}".strip()
            raise CommandError(_("Import %(id)s: %(told)s") % {"id": run.pk, "told": told})

    def _say_detached(self, run: ImportRun, options: dict[str, Any]) -> None:
        if options["json"]:
            self.say_json({"run": run.pk, "state": run.state})
        else:
            self.say(
                _("Import %(id)s waits for a worker. Watch it: manage.py sf_status %(id)s --watch")
                % {"id": run.pk}
            )
