"""The records that every org has: its users and itself."""

from integrations.sandbox.generate.world import USERS, Record, record_id
from integrations.sandbox.timestamps import before_now

PEOPLE = (("Demo", "Administrator"), ("Ada", "Okafor"), ("Kenji", "Mori"), ("Lena", "Vogt"), ("Luis", "Sá"))
DAYS_OLD = 2_500


def users(*, username: str) -> list[Record]:
    """The users, the administrator first."""
    made = before_now(days=DAYS_OLD)
    admin = record_id(0, prefix="005")
    return [
        {
            "Id": record_id(index, prefix="005"),
            "Username": username if index == 0 else f"{first.lower()}.{username}",
            "FirstName": first,
            "LastName": last,
            "Email": username if index == 0 else f"{first.lower()}.{username}",
            "Alias": (first[0] + last[:4]).lower(),
            "CommunityNickname": first.lower(),
            "IsActive": 1,
            "TimeZoneSidKey": "UTC",
            "LocaleSidKey": "en_US",
            "LanguageLocaleKey": "en_US",
            "UserType": "Standard",
            **_made(made, admin),
        }
        for index, (first, last) in enumerate(PEOPLE[:USERS])
    ]


def organization(*, org_id: str) -> Record:
    """The org itself."""
    return {
        "Id": org_id,
        "Name": "Demo Salesforce org",
        "Country": "US",
        "PrimaryContact": "Demo Administrator",
        "DefaultLocaleSidKey": "en_US",
        "LanguageLocaleKey": "en_US",
        "OrganizationType": "Developer Edition",
        "InstanceName": "DEMO",
        "IsSandbox": 0,
        **_made(before_now(days=DAYS_OLD), record_id(0, prefix="005")),
    }


def _made(moment: str, by: str) -> Record:
    dates = dict.fromkeys(("CreatedDate", "LastModifiedDate", "SystemModstamp"), moment)
    return {**dates, "CreatedById": by, "LastModifiedById": by}
