"""What the commands share: examples in the help, output for people or machines, refusals as exit codes."""

import json
import sys
from argparse import RawDescriptionHelpFormatter
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console

from integrations.models import ImportRun
from integrations.salesforce.errors import SalesforceError
from integrations.services.errors import Refused


class ServiceCommand(BaseCommand):
    """A command that calls services: `examples` stand in the help, expected errors become one sentence and exit 1."""

    examples = ""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """The parser, with the examples below the options."""
        shown = "examples:\n" + "\n".join(f"  manage.py {line}" for line in self.examples.strip().splitlines())
        return super().create_parser(
            prog_name,
            subcommand,
            epilog=shown if self.examples else None,
            formatter_class=RawDescriptionHelpFormatter,
            **kwargs,
        )

    def add_arguments(self, parser: CommandParser) -> None:
        """Every command can answer a machine."""
        parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")

    def handle(self, *args: Any, **options: Any) -> None:
        """Runs the command; what a service refuses is told without a traceback."""
        try:
            self.run(**options)
        except (Refused, SalesforceError) as error:
            told = " ".join(str(part) for part in (error.message, error.remedy) if part)
            if options.get("json"):
                self.say_json({"error": told})
            raise CommandError(told) from None

    def run(self, **options: Any) -> None:
        """The command itself."""
        raise NotImplementedError

    def say_json(self, value: Any) -> None:
        """Prints one line of JSON."""
        self.stdout.write(json.dumps(value, ensure_ascii=False, default=str))

    @property
    def console(self) -> Console:
        """Where tables and progress go: plain lines when it is not a terminal."""
        return Console(file=sys.stdout if self.stdout.isatty() else self.stdout, highlight=False, soft_wrap=True)


def find_run(number: int | None) -> ImportRun:
    """The import with this number, by default the latest."""
    runs = ImportRun.objects.select_related("connection__settings")
    found = runs.order_by("-pk").first() if number is None else runs.filter(pk=number).first()
    if found is None:
        raise CommandError("There is no import yet." if number is None else f"There is no import {number}.")
    return found
