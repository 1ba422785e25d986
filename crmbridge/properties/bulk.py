"""What can be done with many records at once: asked first, then done to all of them by one statement."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import helpers
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from crmbridge.properties.bag import changed
from crmbridge.properties.history import change_source
from crmbridge.properties.models import ChangeSource, Property
from crmbridge.properties.types import PropertyType
from crmbridge.properties.values import parse

# An admin action; `may` tells whether the person is offered it.
Action = Callable[[Any, HttpRequest, QuerySet[Any]], HttpResponseBase | None]
_registered: dict[str, list[tuple[Action, Callable[[HttpRequest], bool]]]] = defaultdict(list)
# The field whose presence says that the person has seen what will happen.
CONFIRMED = "confirmed"


def register(kind: str, action: Action, *, may: Callable[[HttpRequest], bool]) -> None:
    """Adds an action to the list of one kind of record; apps that the records do not know use this."""
    _registered[kind].append((action, may))


def actions_for(kind: str, request: HttpRequest) -> list[Action]:
    """The registered actions that this person may use."""
    return [action for action, may in _registered[kind] if may(request)]


def ask(
    model_admin: Any,
    request: HttpRequest,
    queryset: QuerySet[Any],
    *,
    title: str,
    form: forms.Form,
    button: Any,
    note: Any = "",
) -> TemplateResponse:
    """The page between choosing an action and its being done."""
    context = {
        **model_admin.admin_site.each_context(request),
        "title": title,
        "opts": model_admin.opts,
        "form": form,
        "button": button,
        "note": note,
        "action": request.POST["action"],
        "across": request.POST.get("select_across", "0"),
        "chosen": request.POST.getlist(helpers.ACTION_CHECKBOX_NAME),
    }
    return TemplateResponse(request, "crm/bulk.html", context)


class SetPropertyForm(forms.Form):
    """A property and the value that all chosen records get."""

    property = forms.ChoiceField(label=gettext_lazy("Property"))
    value = forms.CharField(
        label=gettext_lazy("Value"),
        required=False,
        help_text=gettext_lazy(
            "A day as 2026-01-31, a number as 1234.5, or yes or no. Leave it empty to clear."
        ),
    )

    def __init__(self, *args: Any, model: Any, **options: Any) -> None:
        """For the standard properties of a model, but those that may occur once only."""
        super().__init__(*args, **{"label_suffix": "", **options})
        self.model = model
        self.types = {item.name: item.type for item in model.STANDARD_PROPERTIES if item.name != "email"}
        groups: dict[Any, list[tuple[str, Any]]] = {}
        for item in model.STANDARD_PROPERTIES:
            if item.name in self.types:
                groups.setdefault(item.group, []).append((item.name, item.label))
        self.custom = {
            f"custom:{item.name}": item
            for item in Property.objects.active(model.KIND).filter(is_standard=False)
        }
        for name, item in self.custom.items():
            groups.setdefault(item.group or _("Custom properties"), []).append((name, item.display_label))
        self.fields["property"].choices = list(groups.items())  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Turns the text into a value of the property's type."""
        cleaned = super().clean() or self.cleaned_data
        if name := cleaned.get("property"):
            try:
                cleaned["value"] = self._typed(name, cleaned.get("value") or "")
            except ValidationError as error:
                self.add_error("value", error)
        return cleaned

    def _typed(self, name: str, text: str) -> Any:
        if name in self.custom:
            return parse(self.custom[name], text)
        if not text:
            return None
        if self.types[name] == PropertyType.YES_NO:
            words = {"yes": True, "no": False, _("yes"): True, _("no"): False}
            if text.casefold() not in words:
                raise ValidationError(_("Enter yes or no."))
            return words[text.casefold()]
        return self.model._meta.get_field(name).formfield().clean(text)


def set_property(model_admin: Any, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
    """Gives one property of all chosen records the same value, in the person's name."""
    is_confirmed = CONFIRMED in request.POST
    form = SetPropertyForm(request.POST if is_confirmed else None, model=model_admin.model)
    if is_confirmed and form.is_valid():
        name, value = form.cleaned_data["property"], form.cleaned_data["value"]
        with change_source(ChangeSource.USER, actor_id=request.user.pk):
            new = (
                {"properties": changed({form.custom[name].name: value})}
                if name in form.custom
                else {name: value}
            )
            count = queryset.order_by().update(**new, updated_at=Now())
        told = ngettext("%(count)s record changed.", "%(count)s records changed.", count) % {"count": count}
        messages.success(request, told)
        return None
    count = queryset.count()
    return ask(
        model_admin,
        request,
        queryset,
        title=ngettext("Set a property of %(count)s record", "Set a property of %(count)s records", count)
        % {"count": f"{count:,}"},
        form=form,
        button=_("Set the property"),
        note=_("What the records hold now is replaced; the history keeps it."),
    )


set_property.short_description = gettext_lazy("Set a property")  # type: ignore[attr-defined]
