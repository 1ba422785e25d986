"""The form of a field mapping: the property, a field of each object, the rule."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crmbridge.properties.models import Property, RecordKind
from integrations.mapping.compatibility import UNMAPPABLE_TYPES
from integrations.models import FieldMapping, SalesforceConnection, SyncRule
from integrations.salesforce.describe import Describe
from integrations.services import mapping_edit
from integrations.services.mapping_table import SOBJECTS

# Instead of the number of a property: make one that fits.
NEW = "new"

RULES = {
    SyncRule.PREFER_SALESFORCE: gettext_lazy(
        "Salesforce's value comes here. Where Salesforce has none and never had one, the value here stays."
    ),
    SyncRule.ALWAYS_SALESFORCE: gettext_lazy("Salesforce's value comes here; nothing ever goes back."),
    SyncRule.TWO_WAY: gettext_lazy("The side that changed last counts; a tie goes to Salesforce."),
    SyncRule.DONT_SYNC: gettext_lazy("Nothing comes and nothing goes."),
}


class MappingForm(forms.Form):
    """Chooses; whether the choice is sound is for the checks to say."""

    target = forms.ChoiceField(label=gettext_lazy("Property"))
    rule = forms.ChoiceField(
        label=gettext_lazy("Sync rule"),
        choices=SyncRule.choices,
        initial=SyncRule.PREFER_SALESFORCE,
        widget=forms.RadioSelect,
    )
    with_options = forms.BooleanField(
        label=gettext_lazy("Add values of the picklist that the property lacks to its options"),
        required=False,
        initial=True,
    )

    def __init__(
        self,
        *args: Any,
        connection: SalesforceConnection,
        kind: RecordKind,
        mapping: FieldMapping | None = None,
        **options: Any,
    ) -> None:
        super().__init__(*args, **{"label_suffix": "", **options})
        self.kind, self.mapping = kind, mapping
        self.fields["target"].choices = self._targets(connection)  # type: ignore[attr-defined]
        described = mapping_edit.describes(connection, kind)
        for sobject in SOBJECTS[kind]:
            name = mapping_edit.column_of(sobject)
            self.fields[name] = forms.ChoiceField(
                label=_("Salesforce field of %(object)s") % {"object": sobject},
                choices=_fields(described.get(sobject), getattr(mapping, name, "")),
                required=False,
                initial=getattr(mapping, name, ""),
            )
        if mapping is not None:
            del self.fields["target"]
            self.initial["rule"] = mapping.rule

    @property
    def rows(self) -> list[Any]:
        """The selects, in the order of the page."""
        names = [name for name in ("target",) if name in self.fields]
        return [
            self[name] for name in [*names, *(mapping_edit.column_of(item) for item in SOBJECTS[self.kind])]
        ]

    @property
    def chosen(self) -> dict[str, str]:
        """The chosen fields by column."""
        names = (mapping_edit.column_of(sobject) for sobject in SOBJECTS[self.kind])
        return {name: self.cleaned_data.get(name, "") for name in names}

    @property
    def is_new(self) -> bool:
        """Whether a property is to be made."""
        return self.mapping is None and self.cleaned_data.get("target") == NEW

    @property
    def property(self) -> Property:
        """The chosen property."""
        if self.mapping is not None:
            return self.mapping.property
        return Property.objects.get(pk=self.cleaned_data["target"])

    def _targets(self, connection: SalesforceConnection) -> list[Any]:
        mapped = FieldMapping.objects.filter(connection=connection).values("property")
        groups: dict[str, list[tuple[Any, str]]] = {}
        for item in Property.objects.active(self.kind).exclude(pk__in=mapped):
            group = _(item.group) if item.is_standard and item.group else item.group or _("Custom properties")
            groups.setdefault(group, []).append(
                (item.pk, f"{item.display_label} — {item.get_type_display()}")
            )
        return [("", "—"), (NEW, _("Create a property that fits the field")), *groups.items()]


def _fields(describe: Describe | None, current: str) -> list[tuple[str, str]]:
    """Label, API name and type of each field that may be mapped, by label; the current one even if it is gone."""
    fields = [item for item in describe.fields if item.type not in UNMAPPABLE_TYPES] if describe else []
    found = [(item.name, f"{item.label} — {item.name} — {item.type}") for item in fields]
    found.sort(key=lambda choice: choice[1].casefold())
    if current and current not in dict(found):
        found.append((current, current))
    return [("", "—"), *found]
