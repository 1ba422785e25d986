"""The roles of people as permissions: groups that a migration makes and an administrator may change."""

from collections.abc import Iterator

from django.utils.translation import gettext_noop

VIEWER, MARKETER, ADMINISTRATOR = (
    gettext_noop("Viewer"),
    gettext_noop("Marketer"),
    gettext_noop("Administrator"),
)

_ALL = ("view", "add", "change", "delete")
_EDIT = ("add", "change", "delete")

# Model → what the role may do with it, beside what the roles before it may.
ROLES: dict[str, dict[str, tuple[str, ...]]] = {
    VIEWER: {
        "contacts.contact": ("view",),
        "companies.company": ("view",),
        "lists.list": ("view",),
        "integrations.salesforceconnection": ("view",),
        "integrations.importrun": ("view",),
        "integrations.problem": ("view",),
    },
    MARKETER: {
        "contacts.contact": _EDIT,
        "companies.company": _EDIT,
        "lists.list": _EDIT,
    },
    ADMINISTRATOR: {
        "integrations.salesforceconnection": _EDIT,
        "integrations.syncsettings": ("view", "change"),
        "integrations.fieldmapping": _ALL,
        "integrations.apiusage": ("view",),
        "integrations.importrun": ("add", "change"),
        "integrations.problem": ("change",),
        "properties.property": _ALL,
        "auth.user": _ALL,
        "auth.group": _ALL,
        "django_q.schedule": ("view",),
        "django_q.ormq": ("view",),
        "django_q.success": ("view",),
        "django_q.failure": ("view",),
    },
}


def permissions(role: str) -> Iterator[tuple[str, str, str]]:
    """App, model and action of everything that the role may do, with what the roles before it may."""
    for name, models in ROLES.items():
        for model, actions in models.items():
            app, model_name = model.split(".")
            yield from ((app, model_name, action) for action in actions)
        if name == role:
            return
