"""manage.py sf_rotate_keys"""

from typing import Any

from crmbridge.crypto import rotate_field
from integrations.management.console import ServiceCommand
from integrations.models import SalesforceConnection


class Command(ServiceCommand):
    """Encrypts the stored tokens with the newest key."""

    help = (
        "Encrypts the stored tokens and secrets with the first of CREDENTIAL_KEYS. To replace a key: put the new "
        "one first, restart, run this, then remove the old one."
    )
    examples = "sf_rotate_keys"

    def run(self, **options: Any) -> None:
        fields = ("client_secret", "private_key", "access_token", "refresh_token")
        rotated = sum(rotate_field(model=SalesforceConnection, field_name=field) for field in fields)
        if options["json"]:
            self.say_json({"rotated": rotated})
        else:
            self.stdout.write(f"{rotated} secrets are now encrypted with the first key.")
