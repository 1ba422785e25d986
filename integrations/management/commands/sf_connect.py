"""manage.py sf_connect"""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crmbridge.errors import Refused
from integrations.management.browser_sign_in import sign_in
from integrations.management.console import ServiceCommand
from integrations.models import SalesforceConnection
from integrations.services import connect


class Command(ServiceCommand):
    """Connects to a Salesforce org."""

    help: Any = gettext_lazy("Connects to a Salesforce org, or renews the connection.")
    examples = """
sf_connect --flow web --login-url https://login.salesforce.com --client-id 3MVG9… --client-secret …
sf_connect --flow web --login-url https://test.salesforce.com --client-id 3MVG9… --client-secret …
sf_connect --flow client-credentials --login-url https://acme.my.salesforce.com --client-id 3MVG9…
sf_connect --flow jwt --login-url https://login.salesforce.com --client-id 3MVG9… --username … --key-file …
"""

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--flow", choices=["web", "jwt", "client-credentials"], default="web")
        parser.add_argument(
            "--login-url",
            required=True,
            help=_("where the org signs in, for example https://acme.my.salesforce.com"),
        )
        parser.add_argument(
            "--client-id", default=settings.SALESFORCE_CLIENT_ID, help=_("default: SALESFORCE_CLIENT_ID")
        )
        parser.add_argument(
            "--client-secret",
            default=settings.SALESFORCE_CLIENT_SECRET,
            help=_("default: SALESFORCE_CLIENT_SECRET, which keeps it out of the shell's history"),
        )
        parser.add_argument("--username", help=_("jwt: the Salesforce user to act as"))
        parser.add_argument("--key-file", type=Path, help=_("jwt: the app's private key (PEM)"))
        parser.add_argument(
            "--port",
            type=int,
            default=1717,
            help=_("web: local port that the sign-in returns to (default: 1717)"),
        )

    def run(self, **options: Any) -> None:
        if not options["client_id"]:
            raise Refused(_("Name the connected app: --client-id, or SALESFORCE_CLIENT_ID in .env."))
        flows = {"web": self._web, "jwt": self._jwt, "client-credentials": self._client_credentials}
        connection = flows[options["flow"]](options)
        if options["json"]:
            self.say_json(
                {"org_id": connection.org_id, "org_name": connection.org_name, "state": connection.state}
            )
        else:
            told = {"org": connection, "id": connection.org_id, "user": connection.username}
            self.say(_("Connected to %(org)s (%(id)s) as %(user)s.") % told)

    def _client_credentials(self, options: dict[str, Any]) -> SalesforceConnection:
        if not options["client_secret"]:
            raise Refused(_("This flow needs --client-secret, or SALESFORCE_CLIENT_SECRET in .env."))
        names = ("login_url", "client_id", "client_secret")
        return connect.with_client_credentials(**{name: options[name] for name in names})

    def _jwt(self, options: dict[str, Any]) -> SalesforceConnection:
        if not (options["username"] and options["key_file"]):
            raise Refused(_("This flow needs --username and --key-file."))
        try:
            key = options["key_file"].read_text()
        except (OSError, UnicodeDecodeError):
            raise Refused(_("The key file cannot be read."), _("Name a PEM file by --key-file.")) from None
        return connect.with_jwt(
            login_url=options["login_url"],
            client_id=options["client_id"],
            username=options["username"],
            private_key=key,
        )

    def _web(self, options: dict[str, Any]) -> SalesforceConnection:
        return sign_in(
            login_url=options["login_url"],
            client_id=options["client_id"],
            client_secret=options["client_secret"],
            port=options["port"],
            say=self.say,
        )
