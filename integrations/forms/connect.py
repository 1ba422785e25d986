"""The form that begins a sign-in to Salesforce."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from integrations.models import SalesforceConnection, SignInFlow

PRODUCTION, SANDBOX, MY_DOMAIN = "production", "sandbox", "my-domain"
_ADDRESSES = {PRODUCTION: "https://login.salesforce.com", SANDBOX: "https://test.salesforce.com"}


class ConnectForm(forms.Form):
    """Where to sign in, and as which app; `login_url` in the cleaned data is the address of the two fields."""

    server = forms.ChoiceField(
        label=_("Sign in at"),
        choices=[
            (PRODUCTION, _("Production (login.salesforce.com)")),
            (SANDBOX, _("Sandbox (test.salesforce.com)")),
            (MY_DOMAIN, _("My Domain address")),
        ],
    )
    my_domain = forms.CharField(
        label=_("My Domain address"),
        required=False,
        max_length=255,
        help_text=_("For example https://acme.my.salesforce.com"),
    )
    client_id = forms.CharField(
        label=_("Consumer key"),
        max_length=255,
        help_text=_("From the app's settings in Salesforce; it often begins with 3MVG9."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    client_secret = forms.CharField(
        label=_("Consumer secret"),
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, connection: SalesforceConnection | None = None, **options: Any) -> None:
        """With the connection that there is: what is known is filled in, and its secret need not be typed."""
        self.connection = connection
        if connection is not None:
            options["initial"] = _known(connection)
        super().__init__(*args, **{"label_suffix": "", **options})
        self.fields["client_secret"].help_text = (
            _("Leave this empty to use the one that is stored.")
            if self._has_secret(connection.client_id if connection else "")
            else _("It is stored encrypted. An app that does not require a secret needs none.")
        )

    def clean(self) -> dict[str, Any]:
        """Adds `login_url`."""
        cleaned = super().clean() or self.cleaned_data
        address = str(cleaned.get("my_domain") or "").strip()
        if cleaned.get("server") == MY_DOMAIN and not address:
            self.add_error("my_domain", _("Enter your org's My Domain address."))
        if address and "://" not in address:
            address = f"https://{address}"
        cleaned["login_url"] = _ADDRESSES.get(cleaned.get("server", ""), address)
        return cleaned

    def secret(self) -> str:
        """The secret that was typed, else the stored one of the same app; may raise CredentialsUnreadable."""
        typed = str(self.cleaned_data["client_secret"])
        if not typed and self.connection and self._has_secret(self.cleaned_data["client_id"]):
            return self.connection.client_secret or ""
        return typed

    def _has_secret(self, client_id: str) -> bool:
        """Whether a secret of this app may be stored."""
        return bool(
            self.connection
            and self.connection.client_id == client_id
            and self.connection.flow != SignInFlow.JWT
        )


def _known(connection: SalesforceConnection) -> dict[str, str]:
    server = next((name for name, url in _ADDRESSES.items() if url == connection.login_url), MY_DOMAIN)
    return {
        "server": server,
        "my_domain": connection.login_url if server == MY_DOMAIN else "",
        "client_id": connection.client_id,
    }
