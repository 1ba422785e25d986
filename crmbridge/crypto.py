"""Encryption of stored credentials: Fernet tokens under settings.CREDENTIAL_KEYS."""

from typing import TYPE_CHECKING, Any, NoReturn

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import FieldError
from django.db import models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

# A token starts with its version (0x80) and a 64-bit time in seconds, whose high bytes are zero until 2106.
TOKEN_START = "gAAAAA"  # noqa: S105 - what every token starts with, not one
ROTATION_ROWS = 500


class CredentialsUnreadable(Exception):
    """None of the keys fits a stored credential."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "A stored credential cannot be read because no key in CREDENTIAL_KEYS fits it. "
                "Put the key back that it was stored with, or connect Salesforce again."
            )
        )


class Secret(str):
    """Text that stays out of reprs, and so out of tracebacks, debug pages and logs of structures."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'********'"


if TYPE_CHECKING:
    _TextField = models.TextField[str | None, str | None]
else:
    _TextField = models.TextField


class EncryptedTextField(_TextField):
    """Text that the database holds encrypted; null stays null.

    Reading a row decrypts its fields and raises CredentialsUnreadable when no key fits. A page that can do
    without the credentials loads its rows with `.defer(…)` and so works even when the keys are lost.
    """

    def get_prep_value(self, value: Any) -> str | None:
        """The value as stored."""
        return None if value is None else encrypt(str(value))

    def from_db_value(self, value: str | None, _expression: Any, _connection: Any) -> Secret | None:
        """The value as it was before it was stored."""
        return None if value is None else decrypt(value)

    def get_lookup(self, lookup_name: str) -> Any:
        """Only `isnull`: the same text is encrypted differently each time, so no comparison could find it."""
        if lookup_name != "isnull":
            raise FieldError(f"{self.name} is encrypted: it cannot be searched by {lookup_name}.")
        return super().get_lookup(lookup_name)

    def get_transform(self, lookup_name: str) -> None:
        """None at all, for the same reason."""

    def db_check(self, connection: BaseDatabaseWrapper) -> str:
        """Lets the database refuse plain text, whichever way it comes."""
        column = connection.ops.quote_name(str(self.column))
        return f"left({column}, {len(TOKEN_START)}) = '{TOKEN_START}'"

    def formfield(self, *_args: Any, **_kwargs: Any) -> None:
        """None: a credential is shown on no form; a form that takes one has a field of its own."""

    def value_to_string(self, obj: models.Model) -> str:
        """Nothing: credentials leave by no `dumpdata`."""
        return ""


def encrypt(text: str) -> str:
    """The Fernet token of `text` under the first key."""
    return _fernet().encrypt(text.encode()).decode("ascii")


@sensitive_variables()
def decrypt(token: str) -> Secret:
    """The text of a Fernet token; raises CredentialsUnreadable when no key fits."""
    try:
        return Secret(_fernet().decrypt(token.encode()).decode())
    except InvalidToken:
        _refuse()


def rotate(token: str) -> str:
    """The same secret under the first key; raises CredentialsUnreadable when no key fits."""
    try:
        return _fernet().rotate(token.encode()).decode("ascii")
    except InvalidToken:
        _refuse()


def rotate_field(*, model: type[models.Model], field_name: str, using: str = "default") -> int:
    """Encrypts a field of all rows again, with the first key; returns how many rows hold a value."""
    rows = model._base_manager.using(using).filter(**{f"{field_name}__isnull": False})
    keys = list(rows.values_list("pk", flat=True))
    for start in range(0, len(keys), ROTATION_ROWS):
        _rotate_rows(rows.filter(pk__in=keys[start : start + ROTATION_ROWS]), field_name)
    return len(keys)


def _rotate_rows(rows: "models.QuerySet[models.Model]", field_name: str) -> None:
    """Holds a lock on the rows meanwhile, so that a token which another process renews is not overwritten."""
    text = models.TextField()
    with transaction.atomic(using=rows.db):
        stored = dict(rows.select_for_update().values_list("pk", Cast(field_name, text)))
        cases = [
            models.When(pk=pk, then=models.Value(rotate(token), output_field=text))
            for pk, token in stored.items()
        ]
        rows.update(**{field_name: models.Case(*cases, output_field=text)})


def _fernet() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.CREDENTIAL_KEYS])


def _refuse() -> NoReturn:
    # Without the original: its frames hold the key.
    raise CredentialsUnreadable from None
