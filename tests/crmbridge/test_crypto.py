"""EncryptedTextField on a table of its own."""

import json
import secrets
from collections.abc import Iterator

import pytest
from cryptography.fernet import Fernet
from django.core import serializers
from django.core.exceptions import FieldError
from django.db import IntegrityError, connection, models, transaction
from django.forms import modelform_factory
from django.views.debug import ExceptionReporter
from pytest_django import Settings

from crmbridge.crypto import CredentialsUnreadable, EncryptedTextField, decrypt, encrypt, rotate, rotate_field

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


class Vault(models.Model):
    """A row with a credential."""

    name = models.CharField(max_length=20)
    token = EncryptedTextField(null=True)

    class Meta:
        app_label = "tests"

    def __str__(self) -> str:
        return self.name


@pytest.fixture(autouse=True)
def _old_key(settings: Settings) -> None:
    settings.CREDENTIAL_KEYS = [OLD]


@pytest.fixture
def vault(db: None) -> Iterator[None]:
    """The table of Vault, for one test."""
    with connection.schema_editor() as editor:
        editor.create_model(Vault)
    yield
    with connection.schema_editor() as editor:
        editor.delete_model(Vault)


def stored() -> list[str | None]:
    """What the database really holds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT token FROM tests_vault ORDER BY id")
        return [row[0] for row in cursor.fetchall()]


@pytest.mark.usefixtures("vault")
def test_a_value_is_stored_encrypted_and_read_as_it_was() -> None:
    Vault.objects.create(token="パスワード 🔑")
    assert Fernet(OLD).decrypt(stored()[0] or "").decode() == "パスワード 🔑"
    assert Vault.objects.get().token == "パスワード 🔑"


@pytest.mark.usefixtures("vault")
def test_null_stays_null_and_empty_stays_empty() -> None:
    Vault.objects.bulk_create([Vault(token=None), Vault(token="")])
    assert stored()[0] is None
    assert list(Vault.objects.order_by("pk").values_list("token", flat=True)) == [None, ""]
    assert Vault.objects.filter(token__isnull=True).count() == 1


@pytest.mark.usefixtures("vault")
def test_every_way_of_writing_encrypts() -> None:
    one, two = Vault.objects.bulk_create([Vault(token="a"), Vault(token="b")])
    Vault.objects.filter(pk=one.pk).update(token="secret")
    two.token = "secret"
    Vault.objects.bulk_update([two], ["token"])
    assert "secret" not in str(stored())
    assert set(Vault.objects.values_list("token", flat=True)) == {"secret"}


@pytest.mark.usefixtures("vault")
def test_the_database_refuses_plain_text() -> None:
    Vault.objects.create(token="a")
    with pytest.raises(IntegrityError, match="token_check"), transaction.atomic():
        Vault.objects.update(token=models.Value("plain", output_field=models.TextField()))


@pytest.mark.usefixtures("vault")
@pytest.mark.parametrize("lookup", ["token", "token__contains", "token__in", "token__length__gt"])
def test_searching_an_encrypted_field_is_refused(lookup: str) -> None:
    with pytest.raises(FieldError):
        Vault.objects.filter(**{lookup: "x"})


@pytest.mark.usefixtures("vault")
def test_a_lost_key_is_said_and_rows_without_their_credentials_still_load(settings: Settings) -> None:
    Vault.objects.create(name="kept", token="secret")
    settings.CREDENTIAL_KEYS = [NEW]
    with pytest.raises(CredentialsUnreadable, match="no key in CREDENTIAL_KEYS fits"):
        Vault.objects.get()
    with pytest.raises(CredentialsUnreadable):
        Vault.objects.values_list("token", flat=True).get()
    assert Vault.objects.defer("token").get().name == "kept"


@pytest.mark.usefixtures("vault")
def test_rotation_leaves_every_value_readable_with_the_new_key_alone(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crmbridge.crypto.ROTATION_ROWS", 2)
    Vault.objects.bulk_create([Vault(token=f"secret {number}") for number in range(5)] + [Vault(token=None)])
    settings.CREDENTIAL_KEYS = [NEW, OLD]
    assert rotate_field(model=Vault, field_name="token") == 5
    settings.CREDENTIAL_KEYS = [NEW]
    values = list(Vault.objects.order_by("pk").values_list("token", flat=True))
    assert values == [f"secret {number}" for number in range(5)] + [None]


def test_a_rotated_token_needs_the_new_key_only(settings: Settings) -> None:
    token = encrypt("secret")
    settings.CREDENTIAL_KEYS = [NEW, OLD]
    rotated = rotate(token)
    settings.CREDENTIAL_KEYS = [NEW]
    assert decrypt(rotated) == "secret"
    with pytest.raises(CredentialsUnreadable):
        rotate(token)


@pytest.mark.parametrize("broken", ["", "secret", "gAAAAAbroken", "パスワード"])
def test_what_is_no_token_is_never_returned(broken: str) -> None:
    with pytest.raises(CredentialsUnreadable) as caught:
        decrypt(broken)
    assert not broken or broken not in str(caught.value)


@pytest.mark.usefixtures("vault")
def test_values_stay_out_of_reprs_and_debug_pages() -> None:
    Vault.objects.create(token=secrets.token_hex())
    row = Vault.objects.get()
    try:
        raise ValueError(repr(vars(row)))
    except ValueError as error:
        page = ExceptionReporter(None, type(error), error, error.__traceback__).get_traceback_html()
    assert "row" in page
    assert str(row.token) not in page


@pytest.mark.usefixtures("vault")
def test_values_leave_by_no_dump_and_no_form() -> None:
    Vault.objects.create(name="kept", token="secret")
    (dumped,) = json.loads(serializers.serialize("json", Vault.objects.all()))
    assert dumped["fields"] == {"name": "kept", "token": ""}
    assert list(modelform_factory(Vault, fields=["name", "token"])().fields) == ["name"]
