"""Putting many contacts on a list at once, from All Contacts."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from crmbridge.lists import members
from crmbridge.lists.models import List
from crmbridge.properties import bulk
from crmbridge.properties.models import RecordKind


class ChooseListForm(forms.Form):
    """A list that there is, or the name of a new one."""

    list = forms.ModelChoiceField(
        label=gettext_lazy("List"),
        queryset=List.objects.order_by("name"),
        required=False,
        empty_label=gettext_lazy("A new list"),
    )
    name = forms.CharField(label=gettext_lazy("Name of the new list"), max_length=255, required=False)

    def clean(self) -> dict[str, Any]:
        """One of the two is needed."""
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("list") and not cleaned.get("name"):
            self.add_error("name", _("Choose a list, or name a new one."))
        return cleaned


def add_to_list(model_admin: Any, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
    """Puts all chosen contacts on a list."""
    is_confirmed = bulk.CONFIRMED in request.POST
    form = ChooseListForm(request.POST if is_confirmed else None, label_suffix="")
    if is_confirmed and form.is_valid():
        chosen = form.cleaned_data["list"] or List.objects.create(
            name=form.cleaned_data["name"],
            created_by=request.user,  # type: ignore[misc]
        )
        count = members.add(to=chosen, contacts=queryset)
        told = ngettext(
            "%(count)s contact put on the list %(list)s.",
            "%(count)s contacts put on the list %(list)s.",
            count,
        )
        messages.success(request, told % {"count": count, "list": chosen})
        return None
    count = queryset.count()
    title = ngettext("Put %(count)s contact on a list", "Put %(count)s contacts on a list", count)
    return bulk.ask(
        model_admin,
        request,
        queryset,
        title=title % {"count": f"{count:,}"},
        form=form,
        button=_("Put on the list"),
        note=_("Contacts that are on the list already stay on it once."),
    )


add_to_list.short_description = gettext_lazy("Put on a list")  # type: ignore[attr-defined]


def _may(request: HttpRequest) -> bool:
    return request.user.has_perms(["lists.add_list", "lists.change_list"])


bulk.register(RecordKind.CONTACT, add_to_list, may=_may)
