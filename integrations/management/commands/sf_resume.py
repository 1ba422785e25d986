"""manage.py sf_resume"""

from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from integrations.management.console import find_run
from integrations.management.follow import FollowCommand
from integrations.services import imports


class Command(FollowCommand):
    """Resumes an import."""

    help: Any = gettext_lazy(
        "Goes on with an import that was cancelled, failed or lost its worker, from where it stopped."
    )
    examples = "sf_resume 12 --wait\nsf_resume 12 --detach"

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("import", type=int, metavar="RUN", help=_("number of the import"))

    def run(self, **options: Any) -> None:
        self.follow(imports.resume(run=find_run(options["import"]), detach=not options["wait"]), options)
