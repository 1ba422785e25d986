"""manage.py sf_cancel"""

from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from integrations.management.console import ServiceCommand, find_run
from integrations.services import imports


class Command(ServiceCommand):
    """Cancels an import."""

    help: Any = gettext_lazy(
        "Stops an import after the page it is on. What went in stays, and sf_resume goes on from there."
    )
    examples = "sf_cancel 12"

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("import", type=int, metavar="RUN", help=_("number of the import"))

    def run(self, **options: Any) -> None:
        run = find_run(options["import"])
        imports.cancel(run=run)
        run.refresh_from_db()
        if options["json"]:
            self.say_json({"run": run.pk, "state": run.state, "cancel_requested": run.cancel_requested})
        elif run.is_active:
            self.say(_("Import %(id)s stops after the page it is on.") % {"id": run.pk})
        else:
            self.say(_("Import %(id)s is cancelled.") % {"id": run.pk})
