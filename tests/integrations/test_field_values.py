"""Salesforce's values as people read them."""

import pytest
from django.utils.translation import override

from companies.models import Company
from integrations.field_values import links_to, shown
from integrations.models import LinkState, SalesforceRecord
from tests.integrations.admin.conftest import make_org


@pytest.mark.parametrize(
    ("type", "value", "english", "japanese"),
    [
        ("boolean", "true", "Yes", "はい"),
        ("boolean", "false", "No", "いいえ"),
        ("currency", "5.0E7", "50,000,000", "50,000,000"),
        ("double", "1234.50", "1,234.5", "1,234.5"),
        ("int", "100", "100", "100"),
        ("percent", "12.5", "12.5 %", "12.5 %"),
        ("date", "2026-01-31", "Jan. 31, 2026", "2026年1月31日"),
        ("datetime", "2026-01-31T10:00:00.000Z", "Jan. 31, 2026, 10 a.m.", "2026年1月31日10:00"),
        ("multipicklist", "a;b", "a, b", "a, b"),
        ("string", "NA", "NA", "NA"),
        ("currency", "much", "much", "much"),
        ("date", "soon", "soon", "soon"),
        ("url", "javascript:alert(1)", "javascript:alert(1)", "javascript:alert(1)"),
        ("picklist", None, None, None),
    ],
)
def test_values_are_formatted_by_their_type(settings, type, value, english, japanese):
    settings.TIME_ZONE = "UTC"
    with override("en"):
        assert shown(value, type=type, links={}) == english
    with override("ja"):
        assert shown(value, type=type, links={}) == japanese


def test_links_of_the_web_and_of_mail():
    assert 'href="https://a.example"' in shown("https://a.example", type="url", links={})
    assert shown("a@b.example", type="email", links={}) == '<a href="mailto:a@b.example">a@b.example</a>'
    assert "<script>" not in shown("https://<script>", type="url", links={})


@pytest.mark.django_db
def test_lookups_name_what_is_here_and_keep_the_id_of_what_is_not(django_assert_num_queries):
    org, parent = make_org(), Company.objects.create(name="Acme <Holding>")
    SalesforceRecord.objects.create(
        connection=org,
        salesforce_id="0015f00000abcdeAAA",
        sobject="Account",
        system_modstamp="2026-01-01T00:00Z",
        company_id=parent.pk,
        link_state=LinkState.LINKED,
        fields={},
        shape=0,
    )
    with django_assert_num_queries(2):
        links = links_to(["0015f00000abcdeAAA", "0055f00000ownerAAA"], connection_id=org.pk)
    assert shown("0015f00000abcdeAAA", type="reference", links=links) == (
        f'<a href="/companies/company/{parent.pk}/change/">Acme &lt;Holding&gt;</a>'
    )
    assert shown("0055f00000ownerAAA", type="reference", links=links) == "0055f00000ownerAAA"
