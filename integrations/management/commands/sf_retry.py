"""manage.py sf_retry"""

from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from integrations.management.console import find_run
from integrations.management.follow import FollowCommand
from integrations.services import imports


class Command(FollowCommand):
    """Retries what did not go in."""

    help: Any = gettext_lazy("Imports again just the records that had a problem in an import.")
    examples = "sf_retry 12 --wait\nsf_retry 12 --detach"

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("import", type=int, metavar="RUN", help=_("number of the import"))

    def run(self, **options: Any) -> None:
        self.follow(imports.retry(run=find_run(options["import"]), detach=not options["wait"]), options)
