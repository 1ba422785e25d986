"""manage.py serve"""

import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from crmbridge import processes


class Command(BaseCommand):
    """The web server and one worker, together."""

    help = "Runs the web server and one worker until Ctrl-C."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: 127.0.0.1)")
        parser.add_argument("--port", type=int, default=8000, help="port to listen on (default: 8000)")

    def handle(self, *args: Any, **options: Any) -> None:
        host, port = options["host"], options["port"]
        if not processes.port_is_free(host=host, port=port):
            raise CommandError(_("Port %(port)s is taken. Name another one with --port.") % {"port": port})
        self.stdout.write(_("crmbridge is at %(url)s. Ctrl-C stops it.") % {"url": f"http://{host}:{port}/"})
        sys.exit(
            processes.run_together(
                {"web server": processes.web_server(host=host, port=port), "worker": processes.worker()},
                environment={},
                folder=str(settings.BASE_DIR),
                say=self.stderr.write,
            )
        )
