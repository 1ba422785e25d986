"""manage.py sf_disconnect"""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from integrations.management.console import ServiceCommand
from integrations.services import connect


class Command(ServiceCommand):
    """Ends the connection."""

    help: Any = gettext_lazy(
        "Forgets the tokens and makes them void in Salesforce. Contacts, companies and settings stay."
    )
    examples = "sf_disconnect\nsf_disconnect --json"

    def run(self, **options: Any) -> None:
        connection = connect.require_known()
        connect.disconnect(connection=connection)
        if options["json"]:
            self.say_json({"org_id": connection.org_id, "state": "disconnected"})
        else:
            self.say(
                _("Disconnected from %(org)s. Contacts and companies stay as they are.") % {"org": connection}
            )
