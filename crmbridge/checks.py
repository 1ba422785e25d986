"""System checks: what would fail later, in the middle of an import, is said at the start."""

from collections.abc import Iterable, Iterator
from typing import Any

from cryptography.fernet import Fernet
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DatabaseError, NotSupportedError, connections
from django.utils.translation import gettext as _

from crmbridge import local_secrets

MAKE_A_KEY = 'python -c "from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())"'


@register
def queue(**_kwargs: Any) -> list[CheckMessage]:
    """A task that may run longer than `retry` would be given to a second worker while it still runs."""
    timeout, retry = settings.Q_CLUSTER["timeout"], settings.Q_CLUSTER["retry"]
    if retry > timeout:
        return []
    sentence = _(
        "Tasks would run twice: Q_CLUSTER's retry (%(retry)s) is not above its timeout (%(timeout)s)."
    )
    hint = _("Raise retry above timeout.")
    return [Error(sentence % {"retry": retry, "timeout": timeout}, hint=hint, id="crmbridge.E001")]


@register
def credential_keys(**_kwargs: Any) -> list[CheckMessage]:
    """There must be a key, and each must be a Fernet key; the message names a bad one by its place only."""
    bad = [place for place, key in enumerate(settings.CREDENTIAL_KEYS, start=1) if not _is_fernet_key(key)]
    if settings.CREDENTIAL_KEYS and not bad:
        return []
    sentence = _("CREDENTIAL_KEYS has no usable key in place %(places)s.")
    hint = _("Make one with: %(command)s") % {"command": MAKE_A_KEY}
    return [Error(sentence % {"places": ", ".join(map(str, bad or [1]))}, hint=hint, id="crmbridge.E002")]


@register(Tags.database)
def database(*, databases: Iterable[str] | None = None, **_kwargs: Any) -> list[CheckMessage]:
    """Must be PostgreSQL 15 or newer; one that cannot be reached is reported by whoever needs it."""
    return [message for alias in databases or () for message in _database_faults(alias)]


@register(Tags.security, deploy=True)
def production(**_kwargs: Any) -> list[CheckMessage]:
    """Nothing that is right only on a developer's machine may reach production."""
    hint = _("Set it in the environment. See .env.example.")
    return [Error(sentence, hint=hint, id=f"crmbridge.{code}") for code, sentence in _production_faults()]


def _production_faults() -> Iterator[tuple[str, str]]:
    if not settings.PRODUCTION:
        yield "E010", _("CRMBRIDGE_MODE is not production.")
    if _is_local("SECRET_KEY", [settings.SECRET_KEY]):
        yield "E011", _("SECRET_KEY is the one that was made for local use.")
    if _is_local("CREDENTIAL_KEYS", settings.CREDENTIAL_KEYS):
        yield "E012", _("CREDENTIAL_KEYS holds the key that was made for local use.")
    if "*" in settings.ALLOWED_HOSTS:
        yield "E013", _("ALLOWED_HOSTS allows every name.")
    if any("EMBEDDED_FOLDER" in database for database in settings.DATABASES.values()):
        yield "E014", _("DATABASE_URL is unset, and the embedded PostgreSQL is not for production.")
    if settings.SALESFORCE_ALLOW_LOOPBACK:
        yield "E015", _("SALESFORCE_ALLOW_LOOPBACK lets this machine pass for Salesforce.")


def _is_local(name: str, values: list[str]) -> bool:
    path = local_secrets.path(folder=settings.VAR_DIR, name=name)
    return path.exists() and path.read_text(encoding="utf-8").strip() in values


def _is_fernet_key(key: str) -> bool:
    try:
        Fernet(key)
    except ValueError:
        return False
    return True


def _database_faults(alias: str) -> Iterator[CheckMessage]:
    connection = connections[alias]
    if connection.vendor != "postgresql":
        yield Error(_("%(alias)s is not a PostgreSQL database.") % {"alias": alias}, id="crmbridge.E003")
        return
    try:
        connection.ensure_connection()
    except NotSupportedError as error:
        hint = _("Upgrade the server, or set DATABASE_URL to a newer one.")
        yield Error(str(error), hint=hint, id="crmbridge.E004")
    except DatabaseError:
        return
