"""Forms for properties themselves."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crmbridge.properties.editing import check_name, proposed_name
from crmbridge.properties.models import Property
from crmbridge.properties.types import PropertyType

_CHOICES = (PropertyType.CHOICE, PropertyType.MULTIPLE_CHOICE)
_TEXTS = (PropertyType.TEXT, PropertyType.LONG_TEXT)


class PropertyForm(forms.ModelForm):  # type: ignore[type-arg]
    """A property; its name and type are chosen once, as mappings and records know it by them."""

    options_text = forms.CharField(
        label=gettext_lazy("Options"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("Of a choice, one a line: value, or value | label."),
    )

    class Meta:
        model = Property
        fields = ("label", "name", "type", "group", "description", "options_text", "max_length")
        help_texts = {
            "name": gettext_lazy(
                "What mappings, files and commands call it: small letters a to z, digits, underscores. "
                "Left empty, it is made of the label."
            ),
            "group": gettext_lazy("Under which heading it stands; one of its own if left empty."),
            "max_length": gettext_lazy("Longer texts from Salesforce are told as problems, never cut."),
        }
        widgets = {"description": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        self.kind = kind
        self.fields["name"].required = False
        self.initial["options_text"] = "\n".join(
            option["value"]
            if option["label"] in ("", option["value"])
            else f"{option['value']} | {option['label']}"
            for option in self.instance.options
        )
        if self.instance.pk:
            del self.fields["name"], self.fields["type"]
        if self.instance.is_standard:
            for name in ("label", "group", "max_length"):
                del self.fields[name]

    def clean_name(self) -> str:
        """A name that is free; made of the label where none is given."""
        name: str = self.cleaned_data["name"] or proposed_name(
            self.cleaned_data.get("label", ""), kind=self.kind
        )
        try:
            check_name(name, kind=self.kind)
        except ValidationError as error:
            raise ValidationError(error.messages) from None
        return name

    def clean_options_text(self) -> str:
        """Options, none of them twice."""
        text: str = self.cleaned_data["options_text"]
        values = [option["value"] for option in _options(text)]
        twice = sorted({value for value in values if values.count(value) > 1})
        if twice:
            raise ValidationError(
                _("These options are there twice: %(names)s.") % {"names": ", ".join(twice)}
            )
        return text

    def clean(self) -> dict[str, Any]:
        """What only goes with some types."""
        cleaned = super().clean() or self.cleaned_data
        type = cleaned.get("type") or self.instance.type
        if cleaned.get("options_text") and type not in _CHOICES:
            self.add_error("options_text", _("Only a choice has options."))
        if cleaned.get("max_length") and type not in _TEXTS:
            self.add_error("max_length", _("Only a text has a greatest length."))
        return cleaned

    def save(self, commit: bool = True) -> Property:
        """The property with its options."""
        self.instance.options = _options(self.cleaned_data["options_text"])
        self.instance.kind = self.kind
        saved: Property = super().save(commit)
        return saved


class TypeForm(forms.Form):
    """Another type for a property."""

    type = forms.ChoiceField(label=gettext_lazy("New type"), choices=PropertyType.choices)


def _options(text: str) -> list[dict[str, str]]:
    found = []
    for line in filter(None, map(str.strip, text.splitlines())):
        value, _bar, label = (part.strip() for part in line.partition("|"))
        if value:
            found.append({"value": value, "label": label or value})
    return found
