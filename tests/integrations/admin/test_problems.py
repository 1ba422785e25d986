"""Problems of all imports."""

import pytest
from django.utils import timezone

from contacts.models import Contact
from integrations.models import ProblemLevel
from integrations.panels import count_open_problems
from tests.integrations.admin.conftest import make_problem

pytestmark = pytest.mark.django_db
LIST = "/integrations/problem/"


def test_open_problems_come_first_and_link_to_the_contact(admin_client, run):
    amy = Contact.objects.create(last_name="Diaz")
    make_problem(run, contact_id=amy.pk)
    make_problem(run, salesforce_id="0035f00000resolvAA", resolved_at=timezone.now())
    make_problem(run, salesforce_id="0035f00000noteeeAA", level=ProblemLevel.NOTE)
    page = admin_client.get(LIST).content.decode()
    assert f'href="/contacts/contact/{amy.pk}/change/"' in page
    assert "0035f00000resolvAA" not in page
    assert "0035f00000noteeeAA" not in page
    assert "0035f00000resolvAA" in admin_client.get(LIST + "?state=resolved").content.decode()
    assert "0035f00000noteeeAA" in admin_client.get(LIST + "?state=notes").content.decode()


def test_the_bell_counts_open_problems_only(run):
    make_problem(run)
    make_problem(run, code="deleted", level=ProblemLevel.NOTE)
    make_problem(run, code="no_email", resolved_at=timezone.now())
    assert count_open_problems() == 1


def test_an_empty_list_says_that_all_is_well(admin_client):
    assert "There are no open problems." in admin_client.get(LIST).content.decode()
