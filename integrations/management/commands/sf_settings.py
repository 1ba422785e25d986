"""manage.py sf_settings"""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crmbridge.errors import Refused
from integrations.management.console import ServiceCommand
from integrations.services import connect, sync_settings


class Command(ServiceCommand):
    """Shows or changes the settings of the connection."""

    help: Any = gettext_lazy("Shows the Salesforce settings, or changes those that are named.")
    examples = """
sf_settings
sf_settings --account-sync sync
sf_settings --account-sync off --no-email skip --allotted-calls 20000
sf_settings --allotted-calls none
"""

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--account-sync", choices=["sync", "off"], help=_("sync accounts as companies, or do not")
        )
        parser.add_argument(
            "--no-email", choices=["import", "skip"], help=_("records without an e-mail address")
        )
        parser.add_argument(
            "--allotted-calls", metavar="NUMBER|none", help=_("API calls a day that crmbridge may use")
        )

    def run(self, **options: Any) -> None:
        changes: dict[str, Any] = {}
        if options["account_sync"]:
            changes["account_sync"] = options["account_sync"] == "sync"
        if options["no_email"]:
            changes["no_email"] = options["no_email"]
        if options["allotted_calls"]:
            changes["allotted_calls"] = _number_or_none(options["allotted_calls"])
        try:
            settings = sync_settings.update(connection=connect.require_known(), **changes)
        except ValidationError as error:
            raise Refused(" ".join(error.messages)) from None
        shown = {
            "account_sync": "sync" if settings.account_sync else "off",
            "no_email": settings.no_email,
            "allotted_calls": settings.allotted_calls,
        }
        if options["json"]:
            self.say_json(shown)
            return
        for name, value in shown.items():
            self.say(f"{name.replace('_', '-')}: {value if value is not None else 'none'}")


def _number_or_none(text: str) -> int | None:
    if text == "none":
        return None
    if not text.isdecimal():
        raise Refused(_("--allotted-calls takes a number, or none."))
    return int(text)
