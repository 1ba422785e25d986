"""What the pages of contacts and companies have in common."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin.filters import EmptyFieldListFilter
from django.contrib.admin.options import IS_POPUP_VAR
from django.contrib.admin.views.main import ChangeList
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from crmbridge import panels
from crmbridge.paginators import EstimatingPaginator
from crmbridge.properties import bulk, pages  # noqa: F401 - pages registers itself
from crmbridge.properties.bag import changed
from crmbridge.properties.columns import ChosenColumns
from crmbridge.properties.export import RecordExport, export_selected
from crmbridge.properties.fields import LongTextProperty
from crmbridge.properties.history import change_source
from crmbridge.properties.models import ChangeSource, Property
from crmbridge.properties.records import Record
from crmbridge.properties.value_pages import ValuePages
from crmbridge.properties.values import form_field, to_bag, to_form
from crmbridge.templatetags.crm import BLANK, import_link


class SourceFilter(admin.SimpleListFilter):
    """Where records came from."""

    title = _("source")
    parameter_name = "source"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """The two sources."""
        return [("import", _("Imported")), ("here", _("Created here"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The records of the chosen source."""
        if self.value() is None:
            return queryset
        return queryset.filter(created_by_import__isnull=self.value() == "here")


class KnownFilter(EmptyFieldListFilter):
    """Records that have a value, or have none."""

    def choices(self, changelist: Any) -> Any:
        """In the words of lists: known or unknown."""
        words = (_("All"), _("Unknown"), _("Known"))
        for choice, word in zip(super().choices(changelist), words, strict=True):
            yield {**choice, "display": word}


class RecordList(ChangeList):
    """The list of one kind of record; only the rows that are shown come without their long values."""

    # A RecordAdmin, which knows the columns.
    model_admin: Any

    def get_results(self, request: HttpRequest) -> None:
        """Reads one page. A file of the same list skips this and so has every value."""
        self.queryset = self.queryset.for_table(with_custom=self.model_admin.shows_custom(request))
        super().get_results(request)


# What the fields of custom properties are called in forms: a custom property may have the name of anything.
CUSTOM = "custom_"


class RecordForm(forms.ModelForm):  # type: ignore[type-arg]
    """The properties as a form; labels stand above their fields, without a colon."""

    # The custom properties that are fields of the form; a subclass for each request names them.
    custom: ClassVar[list[Property]] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        for item in self.custom:
            stored = self.instance.properties.get(item.name)
            field = form_field(item, current=stored)
            field.show_hidden_initial = True
            self.fields[CUSTOM + item.name] = field
            self.initial[CUSTOM + item.name] = to_form(item, stored)

    @property
    def changed_custom(self) -> dict[str, Any]:
        """What the person changed of the custom properties, as the bag holds it."""
        names = {CUSTOM + item.name: item.name for item in self.custom}
        return {names[name]: to_bag(self.cleaned_data[name]) for name in self.changed_data if name in names}


class RecordAdmin(ValuePages, ChosenColumns, RecordExport, admin.ModelAdmin):  # type: ignore[type-arg]
    """The list and the page of one kind of record."""

    form = RecordForm
    ordering = ("-id",)
    list_per_page = 50
    list_max_show_all = 0
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    paginator = EstimatingPaginator
    empty_value_display = BLANK
    change_form_template = "crm/record.html"
    formfield_overrides: ClassVar[dict[Any, Any]] = {
        models.DateField: {"widget": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")},
        # Else the admin's own widget for text on one line would lose line breaks.
        LongTextProperty: {"widget": forms.Textarea(attrs={"rows": 3})},
        models.DecimalField: {"widget": forms.TextInput(attrs={"inputmode": "decimal"})},
    }
    # Fields that are links to other records, and the group of properties that they stand in.
    links: ClassVar[dict[str, Any]] = {}

    @admin.display(description=_("last changed"))
    def changed(self, record: Record) -> str:
        """The day of the last change."""
        return date_format(localtime(record.updated_at), "DATE_FORMAT")

    @admin.display(description=_("source"))
    def source(self, record: Record) -> SafeString | str:
        """The import that created the record, as a link."""
        return import_link(record.created_by_import)

    def get_actions(self, request: HttpRequest) -> Any:
        """What can be done with many records at once, as far as this person may."""
        found = super().get_actions(request)
        if IS_POPUP_VAR in request.GET:
            return found
        more: list[Any] = bulk.actions_for(self.model.KIND, request)
        if self.has_change_permission(request):
            more = [*more, bulk.set_property]
        if self.has_export_permission(request):
            more = [*more, export_selected]
        ours = {action.__name__: (action, action.__name__, action.short_description) for action in more}
        return ours | found

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """The form with a field for each custom property."""
        custom = self._custom(request, obj)
        declared = {CUSTOM + item.name: forms.Field(required=False) for item in custom}
        form = type(self.form.__name__, (self.form,), {**declared, "custom": custom})
        return super().get_form(request, obj, change, **{"form": form, **kwargs})

    def _custom(self, request: HttpRequest, obj: Any) -> list[Property]:
        """The custom properties that this person may write; those who only look have a panel of them."""
        may_write = self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        if not may_write:
            return []
        # A page asks several times.
        kept: list[Property] | None = getattr(request, "custom_properties", None)
        if kept is None:
            kept = list(Property.objects.active(self.model.KIND).filter(is_standard=False))
            request.custom_properties = kept  # type: ignore[attr-defined]
        return kept

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """The properties by group, standard ones first."""
        groups: dict[str, list[str]] = {}
        for name, group in self.links.items():
            groups.setdefault(str(group), []).append(name)
        for item in self.model.STANDARD_PROPERTIES:
            groups.setdefault(str(item.group), []).append(item.name)
        custom = self._custom(request, obj)
        for item in custom:
            groups.setdefault(item.group or gettext("Custom properties"), []).append(CUSTOM + item.name)
        order = dict.fromkeys(str(item.group) for item in self.model.STANDARD_PROPERTIES)
        order |= dict.fromkeys(item.group or gettext("Custom properties") for item in custom)
        return [(group, {"fields": groups[group]}) for group in order]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """The list that leaves long values in the database."""
        return RecordList

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """The form remembers what each field held when the page was opened.

        So only what the person changed is written, not what an import wrote in the meantime.
        """
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None:
            field.show_hidden_initial = True
        if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
            # Other records have pages of their own.
            field.widget = field.widget.widget
        return field

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Writes what the person changed, in that person's name."""
        with change_source(ChangeSource.USER, actor_id=request.user.pk):
            custom = form.changed_custom
            if not change:
                obj.properties = {name: value for name, value in custom.items() if value is not None}
                obj.save()
                return
            standard = [name for name in form.changed_data if not name.startswith(CUSTOM)]
            if form.changed_data:
                obj.save(update_fields=[*standard, "updated_at"])
            if custom:
                self.model._default_manager.filter(pk=obj.pk).update(properties=changed(custom))

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Deletes the record; the links that others lose are changes in that person's name."""
        with change_source(ChangeSource.USER, actor_id=request.user.pk):
            super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Deletes the chosen records, likewise."""
        with change_source(ChangeSource.USER, actor_id=request.user.pk):
            super().delete_queryset(request, queryset)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """The record with the panels that apps add to it."""
        record = self.get_object(request, object_id) if object_id and request.method == "GET" else None
        if record is not None:
            shown = panels.render(self.model.KIND, request=request, record=record)
            extra_context = {
                "panels": shown,
                "value_pages": True,
                "subtitle": None,
                "title": str(record),
                **(extra_context or {}),
            }
        buttons = {"show_save_and_continue": False, "show_save_and_add_another": False}
        extra_context = {**buttons, **(extra_context or {})}
        return super().changeform_view(request, object_id, form_url, extra_context)

    def response_post_save_change(self, request: HttpRequest, obj: Any) -> HttpResponseRedirect:
        """Back to the record, which the person is still looking at."""
        return redirect(request.path)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The list, titled by what it holds."""
        title = {
            "heading": self.list_title(),
            "empty": self.empty_state(request),
            "columns": self.columns(request),
        }
        return super().changelist_view(request, {**title, **(extra_context or {})})

    def list_title(self) -> Any:
        """The name of the list."""
        return self.opts.verbose_name_plural

    def empty_state(self, request: HttpRequest) -> Any:
        """What the list says when there is nothing at all."""
        return ""
