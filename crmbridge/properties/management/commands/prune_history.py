"""manage.py prune_history"""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crmbridge.errors import Refused
from crmbridge.management.console import ConsoleCommand
from crmbridge.properties import pruning


class Command(ConsoleCommand):
    """Removes old history."""

    help: Any = gettext_lazy(
        "Removes changes of properties that are older than a number of days, but never the last change of a "
        "property. What an import changed cannot be undone once its history is gone."
    )

    examples = """
prune_history --days 365 --dry-run
prune_history --days 365
"""

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--days", type=int, help=_("how many days are kept; by default HISTORY_KEEP_DAYS")
        )
        parser.add_argument("--dry-run", action="store_true", help=_("only count"))

    def run(self, **options: Any) -> None:
        """Says how many went, or would go."""
        days = settings.HISTORY_KEEP_DAYS if options["days"] is None else options["days"]
        if not days or days < 1:
            raise Refused(_("Say how many days are kept: --days 365, or set HISTORY_KEEP_DAYS."))
        before = timezone.now() - timedelta(days=days)
        count = (pruning.count if options["dry_run"] else pruning.prune)(before=before)
        if options["json"]:
            self.say_json({"changes": count, "removed": not options["dry_run"]})
            return
        told = (
            _("%(count)s changes would be removed.")
            if options["dry_run"]
            else _("%(count)s changes removed.")
        )
        self.say(told % {"count": f"{count:,}"})
