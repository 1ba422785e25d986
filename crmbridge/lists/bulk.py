"""Putting many contacts or companies on a static list at once, from their pages."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from crmbridge.lists import members, services
from crmbridge.lists.models import List, ListType
from crmbridge.people import signed_in
from crmbridge.properties import bulk
from crmbridge.properties.models import RecordKind


class ChooseListForm(forms.Form):
    """A list that there is, or the name of a new one."""

    list = forms.ModelChoiceField(
        label=gettext_lazy("List"),
        queryset=List.objects.none(),
        required=False,
        empty_label=gettext_lazy("A new list"),
    )
    name = forms.CharField(label=gettext_lazy("Name of the new list"), max_length=255, required=False)

    def __init__(self, *args: Any, kind: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["list"].queryset = List.objects.to_put_on(kind)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """One of the two is needed."""
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("list") and not cleaned.get("name"):
            self.add_error("name", _("Choose a list, or name a new one."))
        return cleaned


def add_to_list(model_admin: Any, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
    """Puts all chosen records on a static list."""
    kind = model_admin.model.KIND
    is_confirmed = bulk.CONFIRMED in request.POST
    form = ChooseListForm(request.POST if is_confirmed else None, label_suffix="", kind=kind)
    if is_confirmed and form.is_valid():
        chosen = form.cleaned_data["list"] or services.create(
            name=form.cleaned_data["name"],
            kind=kind,
            type=ListType.STATIC,
            by=signed_in(request),
        )
        count = members.add(to=chosen, records=queryset, by=signed_in(request))
        told = ngettext(
            "%(count)s record put on the list %(list)s.",
            "%(count)s records put on the list %(list)s.",
            count,
        )
        messages.success(request, told % {"count": count, "list": chosen})
        return None
    count = queryset.count()
    title = ngettext("Put %(count)s record on a list", "Put %(count)s records on a list", count)
    return bulk.ask(
        model_admin,
        request,
        queryset,
        title=title % {"count": f"{count:,}"},
        form=form,
        button=_("Put on the list"),
        note=_("Those that are on the list already stay on it once."),
    )


add_to_list.short_description = gettext_lazy("Put on a list")  # type: ignore[attr-defined]


def _may(request: HttpRequest) -> bool:
    return request.user.has_perms(["lists.add_list", "lists.change_list"])


for kind in RecordKind:
    bulk.register(kind, add_to_list, may=_may)
