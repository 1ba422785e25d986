"""manage.py sf_undo"""

from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from integrations.management.console import find_run
from integrations.management.follow import FollowCommand
from integrations.services import undo
from integrations.services.undo import UndoPreview


class Command(FollowCommand):
    """Takes back what an import did."""

    help: Any = gettext_lazy(
        "Takes back what an import, a file import, a back-fill or an undo did: what it created is removed, "
        "what it changed goes back. What others changed since stays."
    )
    examples = "sf_undo 12 --preview\nsf_undo 12 --wait\nsf_undo 12 --detach"

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("import", type=int, metavar="RUN", help=_("number of the import"))

    def add_ways(self, parser: CommandParser) -> Any:
        how = super().add_ways(parser)
        how.add_argument("--preview", action="store_true", help=_("say what it would touch, start nothing"))
        return how

    def run(self, **options: Any) -> None:
        run = find_run(options["import"])
        if options["preview"]:
            self._say(undo.preview(run=run), options)
            return
        self.follow(undo.start(run=run, detach=not options["wait"]), options)

    def _say(self, found: UndoPreview, options: dict[str, Any]) -> None:
        numbers = {"removed": found.removed, "restored": found.restored, "returned": found.returned}
        if options["json"]:
            stays = {reason.label: reason.count for reason in found.stays}
            self.say_json({**numbers, "values": found.values, "stays": stays})
            return
        labels = {"removed": _("removed"), "restored": _("put back"), "returned": _("brought back")}
        for name, counts in numbers.items():
            for kind, count in counts.items():
                self.say(f"{labels[name]}: {kind} {count:,}")
        for reason in found.stays:
            self.say(
                _("stays: %(count)s %(reason)s") % {"count": f"{reason.count:,}", "reason": reason.sentence}
            )
