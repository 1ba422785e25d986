"""The demo: a made-up org, connected and imported, so that a newcomer sees everything at work."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.utils.translation import gettext as _

from crmbridge import local_secrets
from crmbridge.errors import Refused
from integrations.models import ImportRun, RecordGroup, SalesforceConnection
from integrations.sandbox import DemoOrg
from integrations.services import connect, imports, sync_settings
from integrations.services.plans import plan_import

USERNAME = "admin"
# The org keeps one port, so that the worker still finds it when the demo is started again.
ORG_PORT = 8766


def prepare_database() -> None:
    """Brings the tables and the static files up to date; starts the embedded database on the way."""
    call_command("migrate", verbosity=0, interactive=False)
    call_command("collectstatic", verbosity=0, interactive=False)


def admin_password() -> str:
    """The password of the demo's administrator, made on first use; the account is made or opened with it.

    An account of that name which the demo did not make is somebody's: Refused.
    """
    made_here = local_secrets.path(folder=settings.VAR_DIR, name="DEMO_PASSWORD").exists()
    if not made_here and get_user_model().objects.filter(username=USERNAME).exists():
        raise Refused(
            _("There is an account %(user)s already that the demo did not make.") % {"user": USERNAME},
            _("Show the demo on a database of its own: unset DATABASE_URL, or name an empty one."),
        )
    password = local_secrets.get(folder=settings.VAR_DIR, name="DEMO_PASSWORD")
    user, _created = get_user_model().objects.get_or_create(username=USERNAME)
    if not (user.check_password(password) and user.is_superuser and user.is_active):
        user.set_password(password)
        user.is_staff = user.is_superuser = user.is_active = True
        user.save()
    return password


def org(*, port: int) -> DemoOrg:
    """The demo org; the same records every time."""
    return DemoOrg(port=port, contacts=3_000, accounts=400, leads=800, campaigns=4, seed=7)


def connect_to(org: DemoOrg) -> SalesforceConnection:
    """Connects by OAuth client credentials and turns Account Sync on."""
    connection = connect.with_client_credentials(
        login_url=org.url, client_id=org.client_id, client_secret=org.client_secret
    )
    sync_settings.update(connection=connection, account_sync=True)
    return connection


def import_all(
    connection: SalesforceConnection, *, follow: Callable[[ImportRun], ImportRun]
) -> list[ImportRun]:
    """Imports leads and contacts, then the accounts associated with contacts."""
    groups = (RecordGroup.LEADS_AND_CONTACTS, RecordGroup.ACCOUNTS)
    by = get_user_model().objects.get(username=USERNAME)
    return [
        follow(
            imports.start(plan=plan_import(connection=connection, record_group=group), by=by, detach=False)
        )
        for group in groups
    ]


def greeting(*, url: str, password: str) -> str:
    """What a newcomer needs to know."""
    welcome = _("Open %(url)s and log in as %(user)s with the password %(password)s")
    elsewhere = _(
        "Commands in another terminal: SALESFORCE_ALLOW_LOOPBACK=true .venv/bin/python manage.py sf_check"
    )
    return "\n".join([welcome % {"url": url, "user": USERNAME, "password": password}, elsewhere])
