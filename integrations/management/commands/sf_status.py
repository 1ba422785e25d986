"""manage.py sf_status"""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from integrations.management.console import ServiceCommand, find_run
from integrations.management.progress_view import print_summary, watch
from integrations.models import RunState
from integrations.services import progress


class Command(ServiceCommand):
    """Shows an import."""

    help: Any = gettext_lazy("Shows how an import stands: the latest, or the one that is named.")
    examples = "sf_status\nsf_status 12 --watch\nsf_status 12 --json"

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("import", nargs="?", type=int, metavar="RUN", help=_("number of the import"))
        parser.add_argument("--watch", action="store_true", help=_("show it until it has ended"))

    def run(self, **options: Any) -> None:
        run, console = find_run(options["import"]), self.console(quiet=options["json"])
        if options["watch"]:
            run = watch(console, run)
        print_summary(console, run)
        if options["json"]:
            self.say_json(progress.as_json(run=run))
        if run.state == RunState.FAILED:
            told = {"id": run.pk, "told": run.error_message}
            raise CommandError(_("Import %(id)s was stopped by a problem: %(told)s") % told)
