"""Forms of lists."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crmbridge.lists.models import List, ListType
from crmbridge.properties.models import RecordKind


class ListForm(forms.Form):
    """What a list is called and where it stands; a new one also what it holds and how."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=255)
    folder = forms.CharField(
        label=gettext_lazy("Folder"),
        max_length=100,
        required=False,
        help_text=gettext_lazy("Lists with the same folder are found together."),
        widget=forms.TextInput(attrs={"list": "folders"}),
    )
    kind = forms.ChoiceField(label=gettext_lazy("Records"), choices=RecordKind, initial=RecordKind.CONTACT)
    type = forms.ChoiceField(
        label=gettext_lazy("Type"),
        choices=[
            (ListType.ACTIVE, gettext_lazy("Active: filters keep it current")),
            (ListType.STATIC, gettext_lazy("Static: you put records on it")),
        ],
        initial=ListType.ACTIVE,
    )

    def __init__(self, *args: Any, item: List | None = None, **options: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **options})
        if item is not None:
            self.initial = {"name": item.name, "folder": item.folder}
            del self.fields["kind"], self.fields["type"]


class AddNamedForm(forms.Form):
    """Addresses, domains or Salesforce IDs as people have them: from a spreadsheet, a mail program, a text."""

    names = forms.CharField(widget=forms.Textarea(attrs={"rows": 4}), max_length=400_000)

    def __init__(self, *args: Any, kind: str, **options: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **options})
        self.fields["names"].label = (
            _("E-mail addresses or Salesforce IDs")
            if kind == RecordKind.CONTACT
            else _("Web domains or Salesforce IDs")
        )
        self.fields["names"].help_text = _("One a line, or with commas between them.")

    def clean_names(self) -> list[str]:
        """The words that may name a record, each once, in the order given; what is no such word is a person's name."""
        words = re.split(r"[\s,;<>()]+", self.cleaned_data["names"])
        return [word for word in dict.fromkeys(word.strip("'\".:") for word in words) if _may_name(word)]


def _may_name(word: str) -> bool:
    """An address, a domain, or what looks like a Salesforce ID, also one that lost a letter on its way."""
    is_id = word.isascii() and word.isalnum() and 12 <= len(word) <= 20 and any(map(str.isdecimal, word))
    return "@" in word or "." in word or is_id
