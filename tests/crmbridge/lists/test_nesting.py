"""Lists that name lists: never in a circle, never deeper or larger than a query can be, whoever changes them."""

import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import connections

from contacts.models import Contact
from crmbridge.lists import services
from crmbridge.lists.filters import check
from crmbridge.lists.filters.check import DEEPEST
from crmbridge.lists.models import List
from tests.crmbridge.lists.making import filters, make, of, on

JAPAN = of("contact", "country", "is", "Japan")


def chain(length: int) -> list[List]:
    """Lists each of which names the one before."""
    lists = [make("0", [JAPAN])]
    for number in range(1, length):
        lists.append(make(str(number), [on(lists[-1])]))
    return lists


@pytest.mark.django_db
def test_lists_stand_as_deep_as_is_allowed_and_no_deeper():
    amy = Contact.objects.create(country="Japan")
    lists = chain(DEEPEST + 1)
    assert list(services.members_of(lists[-1])) == [amy]
    with pytest.raises(ValidationError, match="more than 10 deep"):
        make("deeper", [on(lists[-1])])


@pytest.mark.django_db
def test_a_list_is_not_made_deeper_when_lists_that_use_it_could_not_bear_it():
    lists = chain(DEEPEST + 1)
    lower = make("lower", [JAPAN])
    with pytest.raises(ValidationError, match="The list “10” uses this one: Lists stand more than 10 deep"):
        services.change(lists[0], definition=filters([on(lower)]))
    assert services.members_of(lists[-1]).count() == 0


@pytest.mark.django_db
def test_lists_that_name_many_lists_are_refused_before_the_query_is_too_large():
    below = [make(f"0-{number}", [JAPAN]) for number in range(8)]
    middle = [make(f"1-{number}", [on(*below)]) for number in range(8)]
    above = [make(f"2-{number}", [on(*middle)]) for number in range(8)]
    with pytest.raises(ValidationError, match="more than 500 filters"):
        make("all", [on(*above)])


@pytest.mark.django_db
def test_a_list_is_looked_into_once_however_many_ways_lead_to_it(monkeypatch):
    looked = []
    real = check._own
    monkeypatch.setattr(check, "_own", lambda *args, **more: looked.append(1) or real(*args, **more))
    below = [make(f"0-{number}", [JAPAN]) for number in range(3)]
    middle = [make(f"1-{number}", [on(*below)]) for number in range(3)]
    looked.clear()
    make("all", [on(*middle)])
    assert len(looked) == 7


@pytest.mark.django_db
def test_a_list_may_not_be_defined_by_itself_however_far_away():
    first, second, third = chain(3)
    with pytest.raises(ValidationError, match="lists must not go round in a circle"):
        services.change(first, definition=filters([on(third)]))
    assert services.members_of(second).count() == 0


@pytest.mark.django_db(transaction=True)
def test_two_people_cannot_make_a_circle_together():
    one, two = make("one", [JAPAN]), make("two", [JAPAN])
    barrier, results = threading.Barrier(2), []

    def name(item: List, other: List) -> None:
        barrier.wait()
        try:
            services.change(item, definition=filters([on(other)]))
            results.append("saved")
        except ValidationError as error:
            results.append(error.messages[0])
        finally:
            connections.close_all()

    threads = [threading.Thread(target=name, args=pair) for pair in ((one, two), (two, one))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    saved, refused = sorted(results, key=len)
    assert saved == "saved"
    assert "go round in a circle" in refused
