"""What the oracle does not draw: values written past all forms, histories of properties that changed since."""

from datetime import timedelta

import pytest
from django.utils import timezone

from contacts.models import Contact
from crmbridge.lists import services
from crmbridge.lists.filters import catalogue
from crmbridge.lists.filters.catalogue import KnownImport
from crmbridge.properties.history import change_source
from crmbridge.properties.models import ChangeSource, Property
from tests.crmbridge.lists.making import make, of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("type", "operator", "given", "odd"),
    [
        ("number", "ge", "0", ["7", "NaN", [7], {"a": 7}, True]),
        ("date", "after", "1990-01-01", ["soon", 7, [], "0000-00-00x"]),
        ("datetime", "after", "1990-01-01", ["0000-01-01T00:00:00Z", "2026-99-01T00:00:00Z", 7]),
        ("multiple_choice", "has_any", "a", ["a", {"a": 1}, 7]),
        ("yes_no", "yes", "", ["true", 1, "yes"]),
    ],
)
def test_values_of_another_type_match_nothing_and_stop_nothing(type, operator, given, odd):
    Property.objects.create(kind="contact", name="p", label="P", type=type)
    for value in odd:
        Contact.objects.create(properties={"p": value})
    item = make("P", [of("contact", "p", operator, *([given] if given else []))])
    assert services.members_of(item).count() == 0


def test_what_a_choice_once_was_is_found_after_it_became_a_multiple_one():
    choice = Property.objects.create(kind="contact", name="p", label="P", type="choice")
    amy = Contact.objects.create(properties={"p": "B"})
    Contact.objects.update(properties={"p": "C"})
    Property.objects.filter(pk=choice.pk).update(type="multiple_choice")
    assert list(services.members_of(make("P", [of("contact", "p", "ever", "B")]))) == [amy]


@pytest.mark.parametrize(
    ("once", "asked", "is_found"),
    [
        (["a", "b"], "b", True),
        (["b"], "b", True),
        (['say "b'], "b", False),
        (["x, ", "b"], "b", True),
        (['x, "b", y'], "b", False),
        (["bb"], "b", False),
        (["日本"], "日本", True),
    ],
)
def test_an_option_that_a_multiple_choice_once_had_is_found_whole(once, asked, is_found):
    Property.objects.create(kind="contact", name="p", label="P", type="multiple_choice")
    Contact.objects.create(properties={"p": once})
    Contact.objects.update(properties={})
    assert services.members_of(make("P", [of("contact", "p", "ever", asked)])).exists() == is_found


def test_what_an_import_changed_is_looked_for_while_it_ran(monkeypatch):
    amy, bob = Contact.objects.create(last_name="Diaz"), Contact.objects.create(last_name="Smith")
    with change_source(ChangeSource.IMPORT, source_id=7):
        Contact.objects.filter(pk=amy.pk).update(city="Oslo")
    now = timezone.now()
    hour = timedelta(hours=1)

    def changed_between(since: object, until: object) -> set[Contact]:
        found = {7: KnownImport("x", since=since, until=until)}  # type: ignore[arg-type]
        monkeypatch.setattr(catalogue, "_find_imports", [lambda numbers: found])
        asked = [{"about": "import", "operator": "changed_by", "values": ["7"]}]
        return set(services.members_of(make("x", asked)))

    assert changed_between(None, None) == changed_between(now - hour, None) == {amy}
    assert changed_between(now - hour, now + hour) == {amy}
    assert changed_between(now - 2 * hour, now - hour) == set()
    assert bob not in changed_between(None, None)
