"""Account Menu → Integrations."""

import pytest
from django.utils import timezone

from integrations.models import ApiUsage, ConnectionState

pytestmark = pytest.mark.django_db
HUB = "/integrations/salesforceconnection/"


def test_the_card_shows_the_org_the_user_and_the_api_calls(admin_client, org):
    ApiUsage.objects.create(
        connection=org, hour=timezone.now(), calls=1152, org_used=20_412, org_limit=100_000
    )
    page = admin_client.get(HUB).content.decode()
    for text in (
        "Acme Industries",
        "production",
        "integration@acme.example",
        "Connected",
        "1,152 by crmbridge",
    ):
        assert text in page
    assert "20,412 of 100,000" in page


def test_a_lost_connection_says_why_and_what_to_do(admin_client, org):
    org.state, org.state_reason = ConnectionState.RECONNECT, "The refresh token has expired."
    org.save()
    page = admin_client.get(HUB).content.decode()
    assert "Reconnect needed" in page
    assert "The refresh token has expired." in page
    assert "Reconnect</button>" in page


def test_no_page_shows_a_credential(admin_client, org):
    org.access_token, org.client_secret = "top-secret-token", "top-secret-key"
    org.save()
    for page in ("/", HUB):
        assert "top-secret" not in admin_client.get(page).content.decode()
