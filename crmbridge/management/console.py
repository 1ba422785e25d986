"""What the commands share: examples in the help, output for people or machines, refusals as exit codes."""

import json
import sys
from argparse import SUPPRESS, RawDescriptionHelpFormatter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser, DjangoHelpFormatter
from django.db import OperationalError, ProgrammingError
from django.utils.translation import gettext as _
from rich.cells import cell_len, set_cell_size
from rich.console import Console

from crmbridge.errors import Refused

# undefined_table and undefined_column of PostgreSQL's error codes.
_NOT_MIGRATED = ("42P01", "42703")
_INTERRUPTED = 130


class HelpFormatter(DjangoHelpFormatter, RawDescriptionHelpFormatter):
    """Django's help with the examples left as they are written."""


class ConsoleCommand(BaseCommand):
    """A command whose help ends in `examples`; an expected failure is one sentence and exit code 1."""

    help: Any = ""
    examples = ""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """The parser, with the examples below the options."""
        lines = "".join(f"\n  manage.py {line}" for line in self.examples.strip().splitlines())
        epilog = _("examples:") + lines if lines else None
        return super().create_parser(
            prog_name, subcommand, epilog=epilog, formatter_class=HelpFormatter, **kwargs
        )

    def add_arguments(self, parser: CommandParser) -> None:
        """Every command can answer a machine."""
        parser.add_argument("--json", action="store_true", help=_("print one JSON object as the last line"))

    def add_part(self, parts: Any, name: str, *, text: str) -> CommandParser:
        """A part of a command that has several, which can answer a machine as well wherever --json stands."""
        part: CommandParser = parts.add_parser(name, help=text, description=text)
        part.add_argument(
            "--json", action="store_true", default=SUPPRESS, help=_("print one JSON object as the last line")
        )
        return part

    def handle(self, *args: Any, **options: Any) -> None:
        """Runs the command; what is refused is told without a traceback."""
        try:
            with self.refusals():
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

    @contextmanager
    def refusals(self) -> Iterator[None]:
        """Turns what does not fit, and a database that is not there, into Refused."""
        try:
            yield
        except ValidationError as error:
            raise Refused(" ".join(error.messages)) from None
        except OperationalError:
            raise Refused(
                _("The database does not answer."),
                _("Check DATABASE_URL and that PostgreSQL runs, then repeat this."),
            ) from None
        except ProgrammingError as error:
            if getattr(error.__cause__, "sqlstate", "") not in _NOT_MIGRATED:
                raise
            raise Refused(
                _("The database lacks tables of this version."),
                _("Run manage.py migrate, then repeat this."),
            ) from None

    def say(self, text: object) -> None:
        """Prints a line for people."""
        self.stdout.write(str(text))

    def say_json(self, value: Any) -> None:
        """Prints one line of JSON."""
        self.stdout.write(json.dumps(value, ensure_ascii=False, default=str))

    def say_table(self, rows: Sequence[Mapping[str, Any]], names: Mapping[str, Any]) -> None:
        """Prints these values of the rows in columns below their names; wide characters take two places."""
        lines = [[str(name) for name in names.values()]]
        lines += [[str(row[key]) for key in names] for row in rows]
        widths = [max(map(cell_len, column)) for column in zip(*lines, strict=True)]
        for line in lines if rows else ():
            cells = (set_cell_size(text, width) for text, width in zip(line, widths, strict=True))
            self.say("  ".join(cells).rstrip())

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
