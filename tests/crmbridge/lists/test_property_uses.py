"""Properties that lists ask for stay what they are."""

import pytest
from django.core.exceptions import ValidationError

from crmbridge.lists import services
from crmbridge.properties import conversions, uses
from crmbridge.properties.models import Property
from tests.crmbridge.lists.making import make, of

pytestmark = pytest.mark.django_db


def test_a_property_that_lists_ask_for_keeps_its_type_and_says_where_it_is_used():
    item = Property.objects.create(kind="contact", name="tier", label="Tier", type="text")
    make("Best", [of("contact", "tier", "is", "A")])
    assert [use.label for use in uses.of([item.pk])[item.pk]] == ["list Best"]
    with pytest.raises(ValidationError, match="list Best"):
        conversions.change_type(item, "number", by=None)


def test_an_archived_list_still_keeps_the_type_of_what_it_asks_for():
    tier = Property.objects.create(kind="contact", name="tier", label="Tier", type="text")
    item = make("Gold", [of("contact", "tier", "is", "gold")])
    services.archive(item)
    assert "list Gold" in uses.against_type(tier, "number")
