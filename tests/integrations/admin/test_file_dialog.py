"""The import dialog for a file, as the server answers it."""

import pytest
from django.contrib.auth.models import Group, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from contacts.models import Contact
from crmbridge.roles import MARKETER, VIEWER
from integrations.models import ImportFile, ImportRun, RunState
from integrations.services import slices

pytestmark = pytest.mark.django_db
HOW, FILE = "/integrations/importrun/start/", "/integrations/importrun/start/file/"
DATA = b"Mail,Given name,Lucky number,Annual revenue\namy@example.com,Amy,7,12\nbo@example.com,Bo,8,much\n,Nobody,,\n"


def person(role: str, name: str = "kim") -> Client:
    user = User.objects.create_user(name, is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def kim(db) -> Client:
    """A marketer."""
    return person(MARKETER)


def uploaded(client: Client, data: bytes = DATA, name: str = "people.csv") -> str:
    """Where the upload leads to."""
    response = client.post(FILE, {"file": SimpleUploadedFile(name, data)})
    assert response.status_code == 302, response.content.decode()
    return str(response.headers["Location"])


def chosen(**changes: str) -> dict[str, str]:
    columns = {"column_0": "email", "column_1": "first_name", "column_2": "", "column_3": "annual_revenue"}
    return {"encoding": "utf-8", "mode": "both", **columns, **changes}


def test_a_marketer_imports_files_and_nothing_else(kim):
    page = kim.get(HOW).content.decode()
    assert "From a file" in page
    assert "Import from Salesforce" not in page
    assert kim.get(HOW, {"from": "file"}).headers["Location"] == FILE


def test_from_upload_to_contacts(kim):
    columns = uploaded(kim)
    page = kim.get(columns).content.decode()
    assert "people.csv" in page
    assert "amy@example.com" in page
    assert '<option value="email" selected>' in page
    preview = kim.post(columns, chosen()).headers["Location"]
    page = kim.get(preview).content.decode()
    assert "Import people.csv?" in page
    assert "“much” does not fit the property Annual revenue" in page
    assert not Contact.objects.exists()
    status = kim.post(preview).headers["Location"]
    run = ImportRun.objects.get()
    assert status == f"/integrations/importrun/{run.pk}/"
    assert kim.post(preview).headers["Location"] == status
    assert ImportRun.objects.count() == 1
    slices.run_slice(run_id=run.pk)
    page = kim.get(status).content.decode()
    assert "people.csv" in page
    assert "API calls" not in page
    assert "Retry problems" not in page
    assert set(Contact.objects.values_list("first_name", flat=True)) == {"Amy", "Bo"}
    problems = kim.get(f"{status}problems/").content.decode()
    assert "Row 3" in problems
    assert "Value in the file" in problems
    rows = b"".join(kim.get(f"/integrations/importrun/{run.pk}/problems.csv").streaming_content).decode()
    assert "bo@example.com,Bo,8,much,3," in rows


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"column_1": "email"}, "Two columns fill the same property: Email."),
        ({"column_0": ""}, "No column says which contact a row is."),
    ],
)
def test_columns_that_do_not_work_say_so_in_place(kim, changes, sentence):
    assert sentence in kim.post(uploaded(kim), chosen(**changes)).content.decode()


def test_a_file_in_another_encoding_is_read_anew(kim):
    columns = uploaded(kim, "Email,市区町村\na@example.jp,京都\n".encode("euc-jp"))
    assert kim.post(columns, {"encoding": "euc-jp", "mode": "both", "reread": "1"}).status_code == 302
    assert "京都" in kim.get(columns).content.decode()
    assert ImportFile.objects.get().columns == ["email", "city"]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"Email\n", "The file has no rows below the names of its columns."),
        (b"PK\x03\x04broken", "The workbook cannot be read."),
        (b"", "The file is empty."),
    ],
)
def test_a_bad_file_is_refused_with_a_sentence(kim, data, sentence):
    response = kim.post(FILE, {"file": SimpleUploadedFile("x.csv", data)})
    assert sentence in response.content.decode()
    assert not ImportFile.objects.exists()


def test_a_file_that_is_too_large_is_refused(kim, monkeypatch):
    monkeypatch.setattr("integrations.files.reading.MOST_BYTES", 10)
    response = kim.post(FILE, {"file": SimpleUploadedFile("x.csv", DATA)})
    assert "The file is larger than" in response.content.decode()


def test_files_are_seen_by_those_who_uploaded_them(kim):
    columns = uploaded(kim)
    assert person(MARKETER, "lee").get(columns).status_code == 404
    assert person(VIEWER, "max").get(columns).status_code == 403


def test_a_marketer_cancels_and_resumes_imports_of_files(kim):
    columns = uploaded(kim)
    kim.post(columns, chosen())
    kim.post(columns.replace("columns", "preview"))
    run = ImportRun.objects.get()
    kim.post(f"/integrations/importrun/{run.pk}/cancel/")
    run.refresh_from_db()
    assert run.state == RunState.CANCELLED
    assert "resume/" in kim.get("/integrations/importrun/").content.decode()
    assert person(VIEWER, "max").post(f"/integrations/importrun/{run.pk}/resume/").status_code == 403
    kim.post(f"/integrations/importrun/{run.pk}/resume/")
    run.refresh_from_db()
    assert run.state == RunState.QUEUED


def test_an_import_that_began_has_no_columns_to_choose_any_more(kim):
    columns = uploaded(kim)
    kim.post(columns, chosen())
    kim.post(columns.replace("columns", "preview"))
    assert kim.get(columns).status_code == 404
