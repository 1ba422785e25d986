"""manage.py sf_status"""

from typing import Any

from django.core.management.base import CommandError, CommandParser

from integrations.management.console import ServiceCommand, find_run
from integrations.management.progress_view import print_summary, watch
from integrations.models import RunState
from integrations.services import progress


class Command(ServiceCommand):
    """Shows an import."""

    help = "Shows how an import stands: the latest, or the one that is named."
    examples = "sf_status\nsf_status 12 --watch\nsf_status 12 --json"

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("import", nargs="?", type=int, metavar="RUN", help="number of the import")
        parser.add_argument("--watch", action="store_true", help="show it until it has ended")

    def run(self, **options: Any) -> None:
        run, console = find_run(options["import"]), self.console
        console.quiet = options["json"]
        if options["watch"]:
            run = watch(console, run)
        print_summary(console, run)
        if options["json"]:
            self.say_json(progress.as_json(run=run))
        if run.state == RunState.FAILED:
            raise CommandError(f"Import {run.pk} was stopped by a problem: {run.error_message}")
