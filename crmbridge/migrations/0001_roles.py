"""Makes the groups Viewer, Marketer and Administrator; one that is here keeps what it may do besides."""

from typing import Any

from django.db import migrations

from crmbridge.roles import ROLES, permissions


def make(apps: Any, editor: Any) -> None:
    """Gives each role its permissions, which Django itself makes only after all migrations."""
    group_model = apps.get_model("auth", "Group")
    for role in ROLES:
        group, _created = group_model.objects.get_or_create(name=role)
        group.permissions.add(*(_permission(apps, *item) for item in permissions(role)))


def _permission(apps: Any, app: str, model: str, action: str) -> Any:
    content_type, _created = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label=app, model=model
    )
    permission, _created = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=content_type,
        codename=f"{action}_{model}",
        defaults={"name": f"Can {action} {model}"},
    )
    return permission


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("contacts", "0001_initial"),
        ("companies", "0001_initial"),
        ("lists", "0001_initial"),
        ("properties", "0001_initial"),
        ("integrations", "0001_initial"),
        ("django_q", "0001_initial"),
    ]
    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
