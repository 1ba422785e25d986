"""manage.py sf_cancel"""

from typing import Any

from django.core.management.base import CommandParser

from integrations.management.console import ServiceCommand, find_run
from integrations.services import imports


class Command(ServiceCommand):
    """Cancels an import."""

    help = "Stops an import after the page it is on. What went in stays, and sf_resume goes on from there."
    examples = "sf_cancel 12"

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("import", type=int, metavar="RUN", help="number of the import")

    def run(self, **options: Any) -> None:
        run = find_run(options["import"])
        imports.cancel(run=run)
        run.refresh_from_db()
        if options["json"]:
            self.say_json({"run": run.pk, "state": run.state, "cancel_requested": run.cancel_requested})
        else:
            self.stdout.write(f"Import {run.pk} stops after the page it is on.")
