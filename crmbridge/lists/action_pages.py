"""What is done with a list as a whole: copied, fixed, archived, brought back."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from crmbridge.lists import services
from crmbridge.lists.check import CannotBeWorkedOut
from crmbridge.lists.models import List
from crmbridge.lists.permissions import changeable, page_of, visible


class ActionPages:
    """Adds the buttons of a list to the admin of lists."""

    def get_urls(self) -> list[Any]:
        """Where the buttons lead."""
        view = self.admin_site.admin_view  # type: ignore[attr-defined]
        posts = {"copy": self.copy_view, "archive": self.archive_view, "restore": self.restore_view}
        return [
            path("<int:list_id>/static/", view(self.static_view), name="lists_list_static"),
            *(
                path(f"<int:list_id>/{name}/", view(require_POST(do)), name=f"lists_list_{name}")
                for name, do in posts.items()
            ),
            *super().get_urls(),  # type: ignore[misc]
        ]

    def copy_view(self, request: HttpRequest, list_id: int) -> HttpResponse:
        """Makes a list like this one, and opens it where its name can be changed."""
        item = visible(self, request, list_id)
        if not self.has_add_permission(request):  # type: ignore[attr-defined]
            raise PermissionDenied
        made = services.copy(item, by=request.user)  # type: ignore[arg-type]
        messages.success(request, _("This is the copy. Give it a name of its own."))
        return redirect(reverse("admin:lists_list_edit", args=[made.pk]))

    def static_view(self, request: HttpRequest, list_id: int) -> HttpResponse:
        """Asks, then fixes an active list as it is."""
        item = changeable(self, request, list_id)
        if request.method == "POST":
            try:
                services.make_static(item, by=request.user)  # type: ignore[arg-type]
                messages.success(request, _("The list is static now."))
            except CannotBeWorkedOut as error:
                messages.error(request, str(error))
            return page_of(item)
        context = {**self.admin_site.each_context(request), "item": item, "opts": List._meta}  # type: ignore[attr-defined]
        return TemplateResponse(
            request, "lists/static.html", {**context, "title": _("Convert to a static list")}
        )

    def archive_view(self, request: HttpRequest, list_id: int) -> HttpResponse:
        """Takes the list out of the way."""
        services.archive(changeable(self, request, list_id), by=request.user)  # type: ignore[arg-type]
        messages.success(request, _("The list is archived. It is found under the filter “Archived”."))
        return redirect("admin:lists_list_changelist")

    def restore_view(self, request: HttpRequest, list_id: int) -> HttpResponse:
        """Brings the list back."""
        item = changeable(self, request, list_id)
        services.restore(item, by=request.user)  # type: ignore[arg-type]
        messages.success(request, _("The list is back."))
        return page_of(item)
