"""The forms that take a file and match its columns."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from contacts.models import Contact
from integrations.files.matching import SALESFORCE_ID
from integrations.files.reading import ENCODINGS
from integrations.models import FileMode, ImportFile

VALUES_SHOWN = 3


class UploadForm(forms.Form):
    """A file to import."""

    file = forms.FileField(
        label=_("File"),
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}),
        error_messages={"required": _("Choose a file."), "empty": _("The file is empty.")},
    )


class ColumnsForm(forms.Form):
    """For each column of a file the property that it fills, and what becomes of contacts."""

    encoding = forms.ChoiceField(label=_("Characters"), choices=list(ENCODINGS.items()))
    mode = forms.ChoiceField(label=_("Contacts"), choices=FileMode.choices)

    def __init__(self, *args: Any, file: ImportFile, header: list[str], **options: Any) -> None:
        """With what was matched by name, or chosen before."""
        options["initial"] = {"encoding": file.encoding, "mode": file.mode} | {
            _name(place): name for place, name in enumerate(file.columns)
        }
        super().__init__(*args, **{"label_suffix": "", **options})
        self.header = header
        choices = _targets()
        for place, heading in enumerate(header):
            focused = {"autofocus": True} if place == 0 else {}
            self.fields[_name(place)] = forms.ChoiceField(
                label=heading or _("Column %(number)s") % {"number": place + 1},
                choices=choices,
                required=False,
                widget=forms.Select(attrs=focused),
            )

    def rows(self, sample: list[list[str]]) -> list[tuple[Any, list[str]]]:
        """The field of each column, and the first values in it."""
        return [
            (self[_name(place)], [cells[place] for cells in sample if cells[place]][:VALUES_SHOWN])
            for place in range(len(self.header))
        ]

    @property
    def columns(self) -> list[str]:
        """What was chosen, in the order of the file."""
        return [self.cleaned_data[_name(place)] for place in range(len(self.header))]


def _name(place: int) -> str:
    return f"column_{place}"


def _targets() -> list[tuple[Any, Any]]:
    """Properties by group, before them the ID that names a contact."""
    groups: dict[Any, list[tuple[str, Any]]] = {}
    for item in Contact.STANDARD_PROPERTIES:
        groups.setdefault(item.group, []).append((item.name, item.label))
    return [("", _("Do not import")), (SALESFORCE_ID, _("Salesforce ID")), *groups.items()]
