"""manage.py sf_rotate_keys"""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crmbridge.crypto import rotate_field
from integrations.management.console import ServiceCommand
from integrations.models import SalesforceConnection


class Command(ServiceCommand):
    """Encrypts the stored tokens with the newest key."""

    help: Any = gettext_lazy(
        "Encrypts the stored tokens and secrets with the first of CREDENTIAL_KEYS. To replace a key: put "
        "the new one first, restart, run this, then remove the old one."
    )
    examples = "sf_rotate_keys\nsf_rotate_keys --json"

    def run(self, **options: Any) -> None:
        secrets = SalesforceConnection.SECRETS
        rotated = sum(rotate_field(model=SalesforceConnection, field_name=field) for field in secrets)
        if options["json"]:
            self.say_json({"rotated": rotated})
        else:
            self.say(_("%(count)s secrets are now encrypted with the first key.") % {"count": rotated})
