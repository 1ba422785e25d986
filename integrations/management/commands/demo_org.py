"""Runs a demo org: a Salesforce-compatible server on this machine."""

import signal
import threading
from argparse import RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser, DjangoHelpFormatter
from django.utils.translation import gettext as _

from integrations.sandbox import DemoOrg

EXAMPLES = """examples:
  manage.py demo_org                              2,000 contacts on a free port
  manage.py demo_org --port 8765 --contacts 100000 --accounts 12500 --leads 20000
  manage.py demo_org --data exports/              the records of exports/Contact.csv, Account.csv …
"""


class HelpFormatter(DjangoHelpFormatter, RawDescriptionHelpFormatter):
    """Django's help with the examples left as they are written."""


class Command(BaseCommand):
    """A few lines around `integrations.sandbox`."""

    help = "Runs a Salesforce-compatible demo org on this machine, until Ctrl-C or SIGTERM."
    requires_system_checks = ()

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """The parser, with the examples under its help."""
        return super().create_parser(
            prog_name, subcommand, epilog=EXAMPLES, formatter_class=HelpFormatter, **kwargs
        )

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to listen, and which records to hold."""
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
        parser.add_argument("--port", type=int, default=0, help="port to listen on; 0 picks a free one")
        parser.add_argument("--data", type=Path, help="folder of CSV files named after Salesforce objects")
        for name, size in (("contacts", 2_000), ("accounts", 250), ("leads", 400), ("campaigns", 3)):
            parser.add_argument(f"--{name}", type=int, default=size, help="how many to generate")
        parser.add_argument("--seed", type=int, default=7, help="the same seed makes the same records")

    def handle(self, *args: Any, **options: Any) -> None:
        """Serves until told to stop."""
        if options["data"] is not None and not options["data"].is_dir():
            raise CommandError(_("There is no folder %(path)s.") % {"path": options["data"]})
        names = ("host", "port", "data", "contacts", "accounts", "leads", "campaigns", "seed")
        org = DemoOrg(**{name: options[name] for name in names})
        stopped = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stopped.set())
        try:
            org.start()
        except OSError as problem:
            raise CommandError(_("The demo org cannot start: %(why)s") % {"why": problem}) from None
        self._announce(org)
        stopped.wait()
        org.stop()

    def _announce(self, org: DemoOrg) -> None:
        """One line that people and scripts can read, at once even when nobody is at a terminal."""
        self.stdout.write(
            _("Demo org listens on %(url)s client_id=%(id)s client_secret=%(secret)s")
            % {"url": org.url, "id": org.client_id, "secret": org.client_secret}
        )
        self.stdout.flush()
