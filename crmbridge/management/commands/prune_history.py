"""manage.py prune_history"""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crmbridge.properties import pruning


class Command(BaseCommand):
    """Removes old history."""

    help: Any = gettext_lazy(
        "Removes changes of properties that are older than a number of days, but never the last change of a "
        "property. What an import changed cannot be undone once its history is gone."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.description = str(self.help)  # in the language of the terminal by now
        parser.add_argument(
            "--days", type=int, help=_("how many days are kept; by default HISTORY_KEEP_DAYS")
        )
        parser.add_argument("--dry-run", action="store_true", help=_("only count"))

    def handle(self, *args: Any, **options: Any) -> None:
        """Says how many went, or would go."""
        days = settings.HISTORY_KEEP_DAYS if options["days"] is None else options["days"]
        if not days or days < 1:
            raise CommandError(_("Say how many days are kept: --days 365, or set HISTORY_KEEP_DAYS."))
        before = timezone.now() - timedelta(days=days)
        if options["dry_run"]:
            self.stdout.write(
                _("%(count)s changes would be removed.") % {"count": f"{pruning.count(before=before):,}"}
            )
            return
        self.stdout.write(_("%(count)s changes removed.") % {"count": f"{pruning.prune(before=before):,}"})
