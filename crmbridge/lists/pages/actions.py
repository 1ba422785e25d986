"""What is done with a list as a whole: copied, fixed, archived, brought back, removed."""

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from crmbridge.errors import Refused
from crmbridge.lists import services
from crmbridge.lists.models import List
from crmbridge.lists.pages.base import Pages, may_see
from crmbridge.people import signed_in

_ARCHIVED = gettext_lazy("The list is archived. It is found under the filter “Archived”.")


class ActionPages(Pages):
    """Adds the buttons of a list to the admin of lists."""

    def get_urls(self) -> list[Any]:
        """Where the buttons lead."""
        view = self.admin_site.admin_view
        posts = {"copy": self.copy_view, "archive": self.archive_view, "restore": self.restore_view}
        return [
            path("<int:list_id>/static/", view(self.static_view), name="lists_list_static"),
            *(
                path(f"<int:list_id>/{name}/", view(require_POST(do)), name=f"lists_list_{name}")
                for name, do in posts.items()
            ),
            *super().get_urls(),
        ]

    def copy_view(self, request: HttpRequest, list_id: int) -> HttpResponse:
        """Makes a list like this one, and opens it where its name can be changed."""
        item = self.visible(request, list_id)
        if not self.has_add_permission(request):
            raise PermissionDenied
        made = services.copy(item, by=signed_in(request))
        self.log_addition(request, made, [{"added": {}}])
        messages.success(request, _("This is the copy. Give it a name of its own."))
        return redirect("admin:lists_list_edit", made.pk)

    def static_view(self, request: HttpRequest, list_id: int) -> HttpResponse:
        """Asks, then fixes an active list as it is."""
        item = self.changeable(request, list_id)
        if request.method == "POST":
            return self._do(request, item, services.make_static, _("The list is static now."))
        context = {**self.admin_site.each_context(request), "item": item, "opts": List._meta}
        return TemplateResponse(
            request, "lists/static.html", {**context, "title": _("Convert to a static list")}
        )

    def archive_view(self, request: HttpRequest, list_id: int) -> HttpResponse:
        """Takes the list out of the way."""
        self._do(request, self.changeable(request, list_id), services.archive, str(_ARCHIVED))
        return redirect("admin:lists_list_changelist")

    def restore_view(self, request: HttpRequest, list_id: int) -> HttpResponse:
        """Brings the list back."""
        return self._do(request, self.changeable(request, list_id), services.restore, _("The list is back."))

    def _do(
        self, request: HttpRequest, item: List, service: Callable[..., object], told: str
    ) -> HttpResponse:
        try:
            service(item, by=signed_in(request))
        except Refused as error:
            messages.error(request, str(error))
        else:
            self.log_change(request, item, told)
            messages.success(request, told)
        return redirect("admin:lists_list_change", item.pk)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Who removes a list shall see what is on it."""
        return super().has_delete_permission(request, obj) and may_see(request)

    def get_deleted_objects(
        self, objs: QuerySet[Any] | Sequence[Any], request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """What would go: the list; its places are counted, not read. Lists that use it stand against that."""
        lists = list(objs)
        members = sum(item.members.count() for item in lists)
        counts = {str(List._meta.verbose_name_plural): len(lists), _("places on lists"): members}
        users = [str(use.user) for item in lists for use in item.used_by.select_related("user")]
        return [], {name: count for name, count in counts.items() if count}, set(), users

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Asks, then removes the list; one that others use stays, with a word on its page."""
        item = self.get_object(request, object_id)
        if item is not None and self.has_delete_permission(request, item):
            try:
                services.refuse_used(item)
            except Refused as error:
                messages.error(request, str(error))
                return redirect("admin:lists_list_change", item.pk)
        return super().delete_view(request, object_id, extra_context)

    def delete_model(self, request: HttpRequest, obj: List) -> None:
        """Removes the list; the records on it stay."""
        services.delete(obj)
