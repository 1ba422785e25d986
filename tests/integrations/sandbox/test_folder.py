"""An org whose records come from CSV files."""

import os
from pathlib import Path

import pytest

from integrations.sandbox import DemoOrg
from tests.integrations.sandbox.conftest import Api

PUBLISHED = Path(__file__).parents[4] / "shared" / "salesforce" / "npsp-1k"


def test_files_become_records_of_the_types_that_their_fields_have(tmp_path: Path) -> None:
    (tmp_path / "Contact.csv").write_text(
        "\ufeffId,LastName,Email,DoNotCall,Loyalty_Points__c,CreatedDate,Shoe_Size__c\n"
        '0035f0000000001AAA,"Two\nlines",,true,1e3,2025-03-14T10:26:53+01:00,44\n',
        encoding="utf-8",
    )
    (tmp_path / "Pet__c.csv").write_text(
        "Id,Name,IsDeleted\na005f0000000001AAA,Rex,false\n", encoding="utf-8"
    )
    with DemoOrg(data=tmp_path) as org:
        api = Api(org)
        (record,) = api.records(
            "SELECT LastName, Email, DoNotCall, Loyalty_Points__c, CreatedDate, Shoe_Size__c, Title, "
            "IsDeleted FROM Contact"
        )
        record.pop("attributes")
        assert record == {
            "LastName": "Two\nlines",
            "Email": None,
            "DoNotCall": True,
            "Loyalty_Points__c": 1000.0,
            "CreatedDate": "2025-03-14T09:26:53.000+0000",
            "Shoe_Size__c": "44",
            "Title": None,
            "IsDeleted": False,
        }
        assert api.values("SELECT Name FROM Pet__c") == ["Rex"]
        assert org.count("Account") == 0


@pytest.mark.skipif(
    not PUBLISHED.is_dir() and "CI" not in os.environ, reason="the published data set is not here"
)
def test_the_published_data_set_loads_whole() -> None:
    with DemoOrg(data=PUBLISHED) as org:
        counts = [org.count(name) for name in ("Account", "Contact", "Campaign", "CampaignMember")]
        assert counts == [1223, 1024, 13, 1699]
        api = Api(org)
        with_contacts = "SELECT COUNT() FROM Account WHERE Id IN (SELECT AccountId FROM Contact)"
        assert api.count(with_contacts) == 882
        members = "SELECT COUNT() FROM CampaignMember WHERE CampaignId = '7015f000000000DAAQ'"
        assert api.count(members) == 1024
        people = "SELECT COUNT() FROM Contact WHERE Id IN (SELECT ContactId FROM CampaignMember WHERE {})"
        assert api.count(people.format("CampaignId = '7015f000000000DAAQ'")) == 1024
