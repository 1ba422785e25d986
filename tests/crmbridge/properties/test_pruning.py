"""Old history goes, the last change of each property stays."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from contacts.models import Contact
from crmbridge.properties import pruning
from crmbridge.properties.models import PropertyChange
from integrations.tasks import every_day

pytestmark = pytest.mark.django_db


@pytest.fixture
def changes() -> list[str]:
    """Three changes of a city, all a year old."""
    contact = Contact.objects.create(city="A")
    for city in "BCD":
        Contact.objects.filter(pk=contact.pk).update(city=city)
    PropertyChange.objects.update(at=timezone.now() - timedelta(days=365))
    return ["B", "C", "D"]


def left() -> list[str]:
    return list(PropertyChange.objects.order_by("id").values_list("new", flat=True))


def test_all_but_the_last_go(changes, capsys):
    call_command("prune_history", "--days", "30", "--dry-run")
    assert "2 changes would be removed." in capsys.readouterr().out
    assert left() == changes
    call_command("prune_history", "--days", "30")
    assert left() == ["D"]


def test_what_is_younger_stays(changes):
    call_command("prune_history", "--days", "400")
    assert left() == changes


def test_in_parts_too(changes, monkeypatch):
    monkeypatch.setattr(pruning, "AT_ONCE", 1)
    assert pruning.prune(before=timezone.now()) == 2


def test_without_a_number_of_days_nothing_goes(changes):
    with pytest.raises(CommandError, match="HISTORY_KEEP_DAYS"):
        call_command("prune_history")
    every_day()
    assert left() == changes


def test_the_setting_lets_the_worker_do_it_each_day(changes, settings):
    settings.HISTORY_KEEP_DAYS = 30
    every_day()
    assert left() == ["D"]
