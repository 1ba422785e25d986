"""manage.py demo"""

import os
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from rich.console import Console

from crmbridge import demo, processes
from crmbridge.errors import Refused
from integrations.management.foreground import run_here
from integrations.management.progress_view import print_summary
from integrations.models import ImportRun, RunState
from integrations.salesforce.errors import SalesforceError


class Command(BaseCommand):
    """Everything up in one process tree."""

    help = (
        "Shows crmbridge at work: database, a made-up Salesforce org, connection, import of leads, contacts "
        "and accounts, then web server and worker until Ctrl-C. Running it again changes nothing."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--no-serve", action="store_true", help="end after the summary")
        parser.add_argument("--port", type=int, default=8000, help="port of the console (default: 8000)")
        parser.add_argument("--org-port", type=int, default=demo.ORG_PORT, help="port of the made-up org")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self._show(options)
        except (Refused, SalesforceError) as error:
            raise CommandError(str(error)) from None

    def _show(self, options: dict[str, Any]) -> None:
        self._prepare(options)
        self._say(_("Preparing the database"))
        demo.prepare_database()
        password = demo.admin_password()
        with demo.org(port=options["org_port"]) as org:
            self._say(_("A made-up Salesforce org listens on %(url)s") % {"url": org.url})
            runs = demo.import_all(demo.connect_to(org), follow=self._follow)
            for run in runs:
                self.stdout.write("")
                print_summary(self._console(), run)
            if any(run.state != RunState.FINISHED for run in runs):
                raise CommandError(_("The import did not finish."))
            if not options["no_serve"]:
                self._serve(options["port"], password)

    def _prepare(self, options: dict[str, Any]) -> None:
        if settings.PRODUCTION:
            raise CommandError(
                _("The demo is not for production: it makes an administrator and imports made-up people.")
            )
        # The made-up org is on this machine; the children learn it from their environment.
        settings.SALESFORCE_ALLOW_LOOPBACK = True
        os.environ["SALESFORCE_ALLOW_LOOPBACK"] = "true"
        ports = [options["org_port"], *([] if options["no_serve"] else [options["port"]])]
        for port in ports:
            if not processes.port_is_free(host="127.0.0.1", port=port):
                raise CommandError(
                    _("Port %(port)s is taken. Stop what uses it, or name others with --port and --org-port.")
                    % {"port": port}
                )

    def _follow(self, run: ImportRun) -> ImportRun:
        self._say(_("Importing: %(group)s") % {"group": run.records})
        return run_here(self._console(), run)

    def _serve(self, port: int, password: str) -> None:
        self.stdout.write("")
        self._say(demo.greeting(url=f"http://127.0.0.1:{port}/", password=password))
        self._say(_("Ctrl-C stops everything."))
        commands = {
            "web server": processes.web_server(host="127.0.0.1", port=port),
            "worker": processes.worker(),
        }
        code = processes.run_together(
            commands, environment={}, folder=str(settings.BASE_DIR), say=self.stderr.write
        )
        sys.exit(code)

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()

    def _console(self) -> Console:
        return Console(highlight=False, soft_wrap=True)
