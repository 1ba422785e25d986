"""People who use the console."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import User
from django.http import HttpRequest

admin.site.unregister(User)


@admin.register(User)
class ConsoleUserAdmin(UserAdmin):  # type: ignore[type-arg]
    """Django's own, but a new user may log in: there is nothing here but the console."""

    add_fieldsets = (
        (
            None,
            {
                "classes": ("wide",),
                "fields": ("username", "usable_password", "password1", "password2", "is_staff"),
            },
        ),
    )

    def get_form(
        self, request: HttpRequest, obj: Any | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """The form, with "staff" ticked for somebody new."""
        form = super().get_form(request, obj, change=change, **kwargs)
        if obj is None:
            form.base_fields["is_staff"].initial = True
        return form
