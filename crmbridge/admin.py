"""People who use the console, and their roles."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.filters import RelatedFieldListFilter
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User
from django.db.models import Count
from django.http import HttpRequest
from django.utils.translation import gettext, gettext_lazy
from django_q.models import Schedule

from crmbridge.people_forms import PersonForm, RoleForm

for stock in (User, Group, Schedule):
    admin.site.unregister(stock)


class RoleFilter(RelatedFieldListFilter):
    """Roles by their names in the reader's language."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> Any:
        """The roles to choose from."""
        return [(key, gettext(str(name))) for key, name in super().field_choices(field, request, model_admin)]


@admin.register(User)
class PersonAdmin(UserAdmin):  # type: ignore[type-arg]
    """Everybody here may log in; roles say what each may do. Only superusers touch superusers."""

    form = PersonForm
    list_display = ("username", "full_name", "email", "roles", "active", "last_login")
    list_filter = ("is_active", ("groups", RoleFilter))
    filter_horizontal = ()
    readonly_fields = ("last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (gettext_lazy("Person"), {"fields": ("first_name", "last_name", "email")}),
        (gettext_lazy("Access"), {"fields": ("is_active", "groups", "is_superuser")}),
        (gettext_lazy("Dates"), {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        (
            None,
            {
                "classes": ("wide",),
                "fields": ("username", "usable_password", "password1", "password2", "groups"),
            },
        ),
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        """People with their roles."""
        return super().get_queryset(request).prefetch_related("groups")

    def get_form(
        self, request: HttpRequest, obj: Any | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """The form; a new person is given roles by the same field."""
        form = super().get_form(request, obj, change=change, **kwargs)
        if obj is None and "groups" in form.base_fields:
            form.base_fields["groups"] = PersonForm.base_fields["groups"]
        return form

    def get_readonly_fields(self, request: HttpRequest, obj: Any | None = None) -> Any:
        """Who is no superuser makes none."""
        own = super().get_readonly_fields(request, obj)
        return own if request.user.is_superuser else (*own, "is_superuser")

    def has_change_permission(self, request: HttpRequest, obj: Any | None = None) -> bool:
        """Whether this person may change that one."""
        return super().has_change_permission(request, obj) and _may_touch(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any | None = None) -> bool:
        """Whether this person may delete that one."""
        return super().has_delete_permission(request, obj) and _may_touch(request, obj)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """There is nothing here but the console, so everybody may enter it."""
        obj.is_staff = True
        super().save_model(request, obj, form, change)

    @admin.display(description=gettext_lazy("name"))
    def full_name(self, person: User) -> str:
        """First and last name."""
        return person.get_full_name()

    @admin.display(description=gettext_lazy("active"), ordering="is_active")
    def active(self, person: User) -> str:
        """In words: the admin's own tick reads "True" aloud, in any language."""
        return gettext("Yes") if person.is_active else gettext("No")

    @admin.display(description=gettext_lazy("roles"))
    def roles(self, person: User) -> str:
        """The names of the roles; a superuser may do everything."""
        names = [gettext(group.name) for group in person.groups.all()]
        return ", ".join([*([gettext("Superuser")] if person.is_superuser else []), *names])


@admin.register(Group)
class RoleAdmin(GroupAdmin):
    """Roles: what people may do."""

    form = RoleForm
    filter_horizontal = ()
    list_display = ("role", "members")
    search_fields = ()

    def get_queryset(self, request: HttpRequest) -> Any:
        """Roles with the number of people who have them."""
        return super().get_queryset(request).annotate(people=Count("user"))

    @admin.display(description=gettext_lazy("role"), ordering="name")
    def role(self, group: Group) -> str:
        """The name, translated when a migration made the role."""
        return gettext(group.name)

    @admin.display(description=gettext_lazy("people"))
    def members(self, group: Any) -> int:
        """How many people have it."""
        return int(group.people)


@admin.register(Schedule)
class ScheduleAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """What the worker does by the clock, to be read: a schedule may call any function, so the code alone makes them."""

    list_display = ("name", "schedule_type", "next_run")
    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody, not even a superuser."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any | None = None) -> bool:
        """Nobody, not even a superuser."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any | None = None) -> bool:
        """Nobody, not even a superuser."""
        return False


def _may_touch(request: HttpRequest, person: User | None) -> bool:
    return person is None or request.user.is_superuser or not person.is_superuser
