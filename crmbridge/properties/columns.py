"""The columns of a list, as each person chooses them."""

from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import path
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from crmbridge.models import Preference
from crmbridge.properties.models import Property
from crmbridge.properties.types import PropertyType
from crmbridge.templatetags.crm import BLANK, property_value

# Before the names of custom properties, which may be called as anything else.
CUSTOM = "custom:"


@dataclass(frozen=True)
class Column:
    """A column that may be chosen, and whether it is shown now."""

    name: str
    label: Any
    is_shown: bool


class ChosenColumns:
    """Adds the choice of columns to an admin list; the first of `list_display` is always there."""

    def get_urls(self) -> list[Any]:
        """Where a choice is sent to."""
        view = self.admin_site.admin_view(require_POST(self.columns_view))  # type: ignore[attr-defined]
        name = f"{self.opts.app_label}_{self.opts.model_name}_columns"  # type: ignore[attr-defined]
        return [path("columns/", view, name=name), *super().get_urls()]  # type: ignore[misc]

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """What the person has chosen, in the order of the properties; else what everybody sees."""
        return [self._cell(name) for name in self._shown(request)]

    def columns(self, request: HttpRequest) -> list[Column]:
        """Every column that may be chosen."""
        shown = self._shown(request)
        return [Column(name, label, name in shown) for name, label in self._labels().items()]

    def columns_view(self, request: HttpRequest) -> HttpResponse:
        """Keeps the choice, or forgets it; then shows the list as it was."""
        if not self.has_view_permission(request):  # type: ignore[attr-defined]
            raise PermissionDenied
        preference, _created = Preference.objects.get_or_create(user=request.user)  # type: ignore[misc]
        preference.columns.pop(self._list_name, None)
        if "reset" not in request.POST:
            preference.columns[self._list_name] = [
                name for name in self._labels() if name in request.POST.getlist("column")
            ]
        preference.save(update_fields=["columns"])
        changelist = f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"  # type: ignore[attr-defined]
        back = request.POST.get("back", "")
        is_ours = url_has_allowed_host_and_scheme(back, allowed_hosts=None)
        response = redirect(back.partition("?")[0] if back.startswith("/") and is_ours else changelist)
        query = QueryDict(request.POST.get("query", "").lstrip("?")).urlencode()
        response["Location"] += f"?{query}" if query else ""
        return response

    def _shown(self, request: HttpRequest) -> list[str]:
        chosen = _chosen(request, self._list_name)
        if chosen is None:
            return list(self.list_display)  # type: ignore[attr-defined]
        return [self.list_display[0], *(name for name in self._labels() if name in chosen)]  # type: ignore[attr-defined]

    def shows_custom(self, request: HttpRequest) -> bool:
        """Whether a column of the list is a custom property."""
        return any(name.startswith(CUSTOM) for name in self._shown(request))

    def _cell(self, name: str) -> Any:
        """The column; yes and no in words, because the admin's own tick reads "True" aloud in any language."""
        if name.startswith(CUSTOM):
            return self._custom_cell(name)
        types = {item.name: item.type for item in self.model.STANDARD_PROPERTIES}  # type: ignore[attr-defined]
        if types.get(name) != PropertyType.YES_NO:
            return name

        @admin.display(description=self._label(name), empty_value=BLANK)
        def in_words(record: Any) -> Any:
            value = getattr(record, name)
            return None if value is None else _("Yes") if value else _("No")

        in_words.__name__ = name
        return in_words

    def _custom_cell(self, name: str) -> Any:
        item = self._custom_properties[name]

        @admin.display(description=item.display_label, empty_value=BLANK)
        def value_of(record: Any) -> Any:
            return property_value(item, record.properties.get(item.name))

        value_of.__name__ = name
        return value_of

    @property
    def _custom_properties(self) -> dict[str, Property]:
        active = Property.objects.active(self.model.KIND).filter(is_standard=False)  # type: ignore[attr-defined]
        return {CUSTOM + item.name: item for item in active if item.type != PropertyType.LONG_TEXT}

    @property
    def _list_name(self) -> str:
        return str(self.opts.label_lower)  # type: ignore[attr-defined]

    def _labels(self) -> dict[str, Any]:
        """The columns by name: those of everybody first, then the other properties that fit into a cell."""
        labels = {name: self._label(name) for name in self.list_display[1:]}  # type: ignore[attr-defined]
        for item in self.model.STANDARD_PROPERTIES:  # type: ignore[attr-defined]
            if item.type != PropertyType.LONG_TEXT:
                labels.setdefault(item.name, item.label)
        return labels | {name: item.display_label for name, item in self._custom_properties.items()}

    def _label(self, name: str) -> Any:
        labels = {item.name: item.label for item in self.model.STANDARD_PROPERTIES}  # type: ignore[attr-defined]
        return labels[name] if name in labels else getattr(self, name).short_description


def _chosen(request: HttpRequest, name: str) -> list[str] | None:
    preference = Preference.objects.filter(user=request.user).values_list("columns", flat=True).first()  # type: ignore[misc]
    return (preference or {}).get(name)
