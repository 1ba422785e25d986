"""Forms for people and roles: roles are ticked, permissions are named in the reader's language."""

from typing import Any

from django import forms
from django.contrib.auth.forms import UserChangeForm
from django.contrib.auth.models import Group, Permission, User
from django.db.models import QuerySet
from django.utils.translation import gettext, gettext_lazy

from crmbridge.roles import ROLES

_ACTIONS = {
    "view": gettext_lazy("view"),
    "add": gettext_lazy("add"),
    "change": gettext_lazy("change"),
    "delete": gettext_lazy("delete"),
}


def grantable() -> QuerySet[Permission]:
    """The permissions that mean something in the console: those of the roles' models."""
    models = {model for granted in ROLES.values() for model in granted}
    named = [tuple(model.split(".")) for model in sorted(models)]
    wanted = Permission.objects.none()
    for app, model in named:
        wanted |= Permission.objects.filter(content_type__app_label=app, content_type__model=model)
    return wanted.select_related("content_type").order_by(
        "content_type__app_label", "content_type__model", "id"
    )


class RoleChoice(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Groups to tick; those that a migration made bear translated names."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Any) -> str:
        """The name of the group."""
        return gettext(obj.name)


class PermissionChoice(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Permissions to tick."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Any) -> str:
        """The kind of record and what may be done with it."""
        model = obj.content_type.model_class()
        name = model._meta.verbose_name if model else obj.content_type.model
        action = obj.codename.split("_", 1)[0]
        return f"{name}: {_ACTIONS.get(action, action)}"


class PersonForm(UserChangeForm):  # type: ignore[type-arg]
    """A person who uses the console."""

    groups = RoleChoice(queryset=Group.objects.order_by("id"), required=False, label=gettext_lazy("Roles"))

    class Meta:
        model = User
        fields = (
            "username",
            "password",
            "first_name",
            "last_name",
            "email",
            "is_active",
            "groups",
            "is_superuser",
        )


class RoleForm(forms.ModelForm):  # type: ignore[type-arg]
    """A role: its name and what it may do."""

    permissions = PermissionChoice(
        queryset=Permission.objects.none(), required=False, label=gettext_lazy("Permissions")
    )

    class Meta:
        model = Group
        fields = ("name", "permissions")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["permissions"]
        field.queryset = grantable()
