"""The forms of Salesforce → Settings, one a section."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from integrations.models import NoEmailPolicy, SyncSettings

SYNC, DO_NOT_SYNC = "sync", "off"


class AccountSyncForm(forms.Form):
    """The one drop-down of Account Sync (docs/behaviour.md, section 2)."""

    account_sync = forms.TypedChoiceField(
        label=_("Account Sync"),
        choices=[(SYNC, _("Sync Accounts")), (DO_NOT_SYNC, _("Do Not Sync"))],
        coerce=lambda chosen: chosen == SYNC,
    )

    @staticmethod
    def initial_of(settings: SyncSettings) -> dict[str, Any]:
        """What the settings say now."""
        return {"account_sync": SYNC if settings.account_sync else DO_NOT_SYNC}


class NoEmailForm(forms.Form):
    """What happens to records without an e-mail address."""

    no_email = forms.ChoiceField(
        label=_("Records without an e-mail address"), choices=NoEmailPolicy.choices, widget=forms.RadioSelect
    )

    @staticmethod
    def initial_of(settings: SyncSettings) -> dict[str, Any]:
        """What the settings say now."""
        return {"no_email": settings.no_email}


class AllotmentForm(forms.Form):
    """How many API calls a day crmbridge may use; empty for no limit of its own."""

    allotted_calls = forms.IntegerField(
        label=_("API calls a day that crmbridge may use"),
        min_value=0,
        max_value=2_147_483_647,
        required=False,
        help_text=_("Empty means: as many as Salesforce allows the organization."),
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )

    @staticmethod
    def initial_of(settings: SyncSettings) -> dict[str, Any]:
        """What the settings say now."""
        return {"allotted_calls": settings.allotted_calls}
