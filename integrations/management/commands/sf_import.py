"""manage.py sf_import"""

from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crmbridge.errors import Refused
from integrations.management.follow import FollowCommand
from integrations.models import RecordGroup
from integrations.services import connect, imports
from integrations.services.plans import ImportPlan, plan_import


class Command(FollowCommand):
    """Imports records from Salesforce."""

    help: Any = gettext_lazy(
        "Imports records from Salesforce. “accounts” means the accounts associated with contacts. "
        "Without --wait or --detach a worker does it and the command shows how it goes."
    )
    examples = """
sf_import contacts --plan
sf_import contacts --dry-run --wait
sf_import leads-and-contacts --wait
sf_import accounts --wait --json
sf_import campaign --campaign 7015f000000000DAAQ --detach
"""

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("group", choices=RecordGroup.values, help=_("which records"))
        parser.add_argument("--campaign", default="", help=_("ID of the campaign, for the group campaign"))

    def add_ways(self, parser: CommandParser) -> Any:
        how = super().add_ways(parser)
        how.add_argument("--plan", action="store_true", help=_("print counts and API calls, start nothing"))
        parser.add_argument(
            "--dry-run", action="store_true", help=_("do everything, take it back, say what would happen")
        )
        return how

    def run(self, **options: Any) -> None:
        if (options["group"] == RecordGroup.CAMPAIGN) != bool(options["campaign"]):
            raise Refused(_("Name the campaign by --campaign ID, for the group campaign and for no other."))
        plan = plan_import(
            connection=connect.require_current(), record_group=options["group"], campaign=options["campaign"]
        )
        if options["plan"]:
            self._say_plan(plan, options)
            return
        run = imports.start(plan=plan, detach=not options["wait"], is_dry=options["dry_run"])
        self.follow(run, options)

    def _say_plan(self, plan: ImportPlan, options: dict[str, Any]) -> None:
        if options["json"]:
            self.say_json(
                {
                    "record_group": plan.record_group,
                    "counts": plan.counts,
                    "api_calls": plan.api_calls,
                    "calls_left": plan.calls_left,
                    "warnings": plan.warnings,
                }
            )
            return
        for sobject, count in plan.counts.items():
            self.say(f"{sobject}: {count:,}")
        self.say(
            _("API calls: about %(calls)s, %(left)s left today")
            % {"calls": f"{plan.api_calls:,}", "left": f"{plan.calls_left:,}"}
        )
        for warning in plan.warnings:
            self.say(self.style.WARNING(warning))
