"""manage.py sf_check"""

from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandError

from integrations.management.console import ServiceCommand
from integrations.services import connect
from integrations.services.check import check


class Command(ServiceCommand):
    """Checks the connection."""

    help = "Checks the connection: sign-in, API calls left, objects and fields that the Salesforce user may read."
    examples = "sf_check\nsf_check --json"

    def run(self, **options: Any) -> None:
        found = check(connection=connect.require_current())
        if options["json"]:
            self.say_json(asdict(found))
        else:
            for name, value in asdict(found).items():
                self.stdout.write(f"{name.replace('_', ' ')}: {value}")
        if found.complaints:
            raise CommandError(" ".join(found.complaints))
