"""Salesforce → API usage."""

from datetime import timedelta

import pytest
from django.utils import timezone

from integrations.models import ApiUsage
from integrations.services import usage

pytestmark = pytest.mark.django_db
PAGE = "/integrations/apiusage/"


def hours_ago(hours: int):
    return timezone.now().replace(minute=0, second=0, microsecond=0) - timedelta(hours=hours)


def test_the_last_day_is_24_hours_and_each_has_its_share_of_the_busiest(org):
    for back, calls in ((0, 10), (3, 40), (23, 20), (24, 999)):
        ApiUsage.objects.create(connection=org, hour=hours_ago(back), calls=calls)
    today = usage.today(connection=org)
    assert today.calls == 70
    assert [hour.calls for hour in today.hours] == [20, *[0] * 19, 40, 0, 0, 10]
    assert [hour.percent for hour in today.hours if hour.calls] == [50, 100, 25]


def test_days_are_summed_newest_first(org):
    for back, calls in ((0, 10), (48, 5), (48 + 24 * 40, 7)):
        ApiUsage.objects.create(
            connection=org, hour=hours_ago(back), calls=calls, org_used=calls, org_limit=100
        )
    assert [(day.calls, day.org_used) for day in usage.days(connection=org)] == [(10, 10), (5, 5)]


def test_the_page_shows_days_or_says_that_there_were_no_calls(admin_client, org):
    assert "No calls were made yet." in admin_client.get(PAGE).content.decode()
    ApiUsage.objects.create(connection=org, hour=hours_ago(0), calls=1234)
    assert "1,234" in admin_client.get(PAGE).content.decode()
