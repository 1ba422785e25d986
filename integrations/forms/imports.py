"""The forms of the import dialog."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from integrations.models import RecordGroup


class RecordsForm(forms.Form):
    """Which records: one of the five groups (docs/behaviour.md, section 1, step 8)."""

    group = forms.ChoiceField(label=_("Which records"), choices=RecordGroup.choices)
    campaign = forms.CharField(
        label=_("Campaign"),
        required=False,
        max_length=18,
        error_messages={"required": _("Choose a campaign.")},
    )
    words = forms.CharField(label=_("Name of the campaign"), required=False, max_length=80)

    def clean(self) -> dict[str, Any]:
        """A campaign belongs to the group of campaigns, which needs one."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("group") != RecordGroup.CAMPAIGN:
            cleaned["campaign"] = ""
        elif not cleaned.get("campaign"):
            self.add_error("campaign", _("Choose a campaign."))
        return cleaned
