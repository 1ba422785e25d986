"""manage.py sf_settings"""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError, CommandParser

from integrations.management.console import ServiceCommand
from integrations.services import connect, sync_settings


class Command(ServiceCommand):
    """Shows or changes the settings of the connection."""

    help = "Shows the Salesforce settings, or changes those that are named."
    examples = """
sf_settings
sf_settings --account-sync sync
sf_settings --account-sync off --no-email skip --allotted-calls 20000
sf_settings --allotted-calls none
"""

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--account-sync", choices=["sync", "off"], help="sync accounts as companies, or do not")
        parser.add_argument("--no-email", choices=["import", "skip"], help="records without an e-mail address")
        parser.add_argument("--allotted-calls", metavar="NUMBER|none", help="API calls a day that crmbridge may use")

    def run(self, **options: Any) -> None:
        changes: dict[str, Any] = {}
        if options["account_sync"]:
            changes["account_sync"] = options["account_sync"] == "sync"
        if options["no_email"]:
            changes["no_email"] = options["no_email"]
        if options["allotted_calls"]:
            changes["allotted_calls"] = _number_or_none(options["allotted_calls"])
        try:
            settings = sync_settings.update(connection=connect.require_current(), **changes)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        shown = {
            "account_sync": "sync" if settings.account_sync else "off",
            "no_email": settings.no_email,
            "allotted_calls": settings.allotted_calls,
        }
        if options["json"]:
            self.say_json(shown)
            return
        for name, value in shown.items():
            self.stdout.write(f"{name.replace('_', '-')}: {value if value is not None else 'none'}")


def _number_or_none(text: str) -> int | None:
    if text == "none":
        return None
    if not text.isdecimal():
        raise CommandError("--allotted-calls takes a number, or none.")
    return int(text)
