"""What the commands share: examples in the help, output for people or machines, refusals as exit codes."""

import json
import sys
from argparse import RawDescriptionHelpFormatter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser, DjangoHelpFormatter
from django.db import OperationalError, ProgrammingError
from django.utils.translation import gettext as _
from rich.console import Console

from integrations.models import ImportRun, SalesforceConnection
from integrations.models.import_run import ImportRunQuerySet
from integrations.salesforce.errors import SalesforceError
from integrations.services.errors import Refused

# undefined_table and undefined_column of PostgreSQL's error codes.
_NOT_MIGRATED = ("42P01", "42703")
_INTERRUPTED = 130


class HelpFormatter(DjangoHelpFormatter, RawDescriptionHelpFormatter):
    """Django's help with the examples left as they are written."""


class ServiceCommand(BaseCommand):
    """A command that calls services: its help ends in `examples`, a refusal is one sentence and exit 1."""

    help: Any = ""
    examples = ""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """The parser, with the examples below the options."""
        lines = "".join(f"\n  manage.py {line}" for line in self.examples.strip().splitlines())
        return super().create_parser(
            prog_name, subcommand, epilog=_("examples:") + lines, formatter_class=HelpFormatter, **kwargs
        )

    def add_arguments(self, parser: CommandParser) -> None:
        """Every command can answer a machine."""
        parser.add_argument("--json", action="store_true", help=_("print one JSON object as the last line"))

    def handle(self, *args: Any, **options: Any) -> None:
        """Runs the command; what a service refuses is told without a traceback."""
        try:
            with _refusals():
                self.run(**options)
        except Refused as error:
            if options["json"]:
                self.say_json({"error": str(error)})
            raise CommandError(str(error)) from None
        except KeyboardInterrupt:
            raise CommandError(_("Stopped."), returncode=_INTERRUPTED) from None

    def run(self, **options: Any) -> None:
        """The command itself."""
        raise NotImplementedError

    def say(self, text: object) -> None:
        """Prints a line for people."""
        self.stdout.write(str(text))

    def say_json(self, value: Any) -> None:
        """Prints one line of JSON."""
        self.stdout.write(json.dumps(value, ensure_ascii=False, default=str))

    def console(self, *, quiet: bool = False) -> Console:
        """Where progress and summaries go: plain lines of any length when it is not a terminal."""
        file: Any = sys.stdout if self.stdout.isatty() else self.stdout
        return Console(
            file=file,
            quiet=quiet,
            highlight=False,
            markup=False,
            emoji=False,
            soft_wrap=True,
        )


@contextmanager
def _refusals() -> Iterator[None]:
    """Turns what Salesforce refuses and a database that is not there into Refused."""
    try:
        yield
    except SalesforceError as error:
        raise Refused(error.message, error.remedy) from None
    except OperationalError:
        raise Refused(
            _("The database does not answer."),
            _("Check DATABASE_URL and that PostgreSQL runs, then repeat this."),
        ) from None
    except ProgrammingError as error:
        if getattr(error.__cause__, "sqlstate", "") not in _NOT_MIGRATED:
            raise
        raise Refused(
            _("The database lacks tables of this version."), _("Run manage.py migrate, then repeat this.")
        ) from None


def runs() -> ImportRunQuerySet:
    """Imports with their settings; no secret is read, so that they can be shown when the keys are lost."""
    secrets = (f"connection__{name}" for name in SalesforceConnection.SECRETS)
    return ImportRun.objects.select_related("connection__settings").defer(*secrets)


def find_run(number: int | None) -> ImportRun:
    """The import with this number, by default the latest."""
    found = runs().order_by("-pk").first() if number is None else runs().filter(pk=number).first()
    if found is not None:
        return found
    if number is None:
        raise Refused(_("There is no import yet."), _("Start one with sf_import."))
    raise Refused(_("There is no import %(id)s.") % {"id": number})
