"""manage.py sf_disconnect"""

from typing import Any

from integrations.management.console import ServiceCommand
from integrations.services import connect


class Command(ServiceCommand):
    """Ends the connection."""

    help = "Forgets the tokens and makes them void in Salesforce. Contacts, companies and settings stay."
    examples = "sf_disconnect"

    def run(self, **options: Any) -> None:
        connection = connect.require_current()
        connect.disconnect(connection=connection)
        if options["json"]:
            self.say_json({"org_id": connection.org_id, "state": "disconnected"})
        else:
            self.stdout.write(f"Disconnected from {connection}. Contacts and companies stay as they are.")
