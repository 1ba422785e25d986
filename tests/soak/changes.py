"""What happens in the org between two imports, drawn from a seed.

An address is only given up (by a new one, a deletion or a merge) when no other living record has it. Else its
next owner would depend on whether the import reads a page twice, as it may after a fault: both ends are right,
but they differ until the import after.
"""

from collections import Counter
from collections.abc import Callable
from random import Random

from integrations.sandbox import DemoOrg
from integrations.sandbox.soql.plan import SqlValue

CAMPAIGNS = "SELECT Id FROM Campaign ORDER BY Id"
LIVING = 'SELECT Id FROM "{}" WHERE IsDeleted = 0 ORDER BY Id'
OPEN_LEADS = "SELECT Id FROM Lead WHERE IsDeleted = 0 AND IsConverted = 0 ORDER BY Id"
# Fields that users see and not see in turn.
SHY_FIELDS = [("Contact", "Department"), ("Lead", "Rating"), ("Account", "Sic")]


class Changes:
    """The people who work in the org."""

    def __init__(self, org: DemoOrg, rng: Random) -> None:
        self._org, self._rng = org, rng
        self._number = 0
        self._deleted: list[tuple[str, str]] = []
        self._hidden: tuple[str, str] | None = None

    def make(self) -> None:
        """Some changes of every kind."""
        kinds: list[tuple[Callable[[], None], int]] = [
            (self._update_person, 25), (self._update_account, 8), (self._insert_person, 8),
            (self._insert_account, 3), (self._insert_duplicate, 2), (self._change_email, 4), (self._take_email, 2),
            (self._delete_person, 4), (self._restore_person, 2), (self._delete_account, 1),
            (self._merge_contacts, 2), (self._merge_accounts, 1), (self._convert_lead, 3),
            (self._move_to_account, 10), (self._change_parent, 3), (self._join_campaign, 6),
            (self._leave_campaign, 2),
        ]  # fmt: skip
        with self._org.store.transaction():
            for change, most in kinds:
                for _ in range(self._rng.randint(0, most)):
                    change()
        if self._rng.random() < 0.2:
            self._hide_or_show()

    def _pick(self, sql: str) -> str:
        return str(self._rng.choice(self._org.sql(sql))[0])

    def _text(self, name: str) -> str:
        self._number += 1
        return f"{name} {self._number}"

    def _fresh_email(self) -> str:
        self._number += 1
        return f"soak{self._number}@new.example"

    def _person(self) -> tuple[str, str]:
        if self._rng.random() < 0.7:
            return "Contact", self._pick(LIVING.format("Contact"))
        return "Lead", self._pick(OPEN_LEADS)

    def _alone(self, sobject: str) -> str:
        """A living record whose address no other living record has."""
        people = {name: self._org.sql(f"SELECT Id, Email FROM {name} WHERE IsDeleted = 0 ORDER BY Id")
                  for name in ("Contact", "Lead")}  # fmt: skip
        emails = Counter(email.lower() for rows in people.values() for _, email in rows if email)
        candidates = self._org.sql(OPEN_LEADS) if sobject == "Lead" else people["Contact"]
        choice = {row[0] for row in candidates}
        alone = [
            id_ for id_, email in people[sobject] if id_ in choice and email and emails[email.lower()] == 1
        ]
        return str(self._rng.choice(alone))

    def _update_person(self) -> None:
        sobject, record_id = self._person()
        values: dict[str, SqlValue] = {
            "Title": self._text("Title"),
            "Phone": None,
            "LastName": self._text("Last"),
            "Description": 'A "quoted", \r\n two-line text',
            "HasOptedOutOfEmail": self._rng.randint(0, 1),
        }
        names = self._rng.sample(sorted(values), k=self._rng.randint(1, 3))
        self._org.update(sobject, record_id, **{name: values[name] for name in names})

    def _update_account(self) -> None:
        account = self._pick(LIVING.format("Account"))
        changes: dict[str, SqlValue] = {
            "Name": self._text("Company"),
            "Industry": None,
            "AnnualRevenue": self._rng.random() * 1e9,
        }
        name = self._rng.choice(sorted(changes))
        self._org.update("Account", account, **{name: changes[name]})

    def _insert_person(self, email: str | None = None) -> None:
        email = email or (self._fresh_email() if self._rng.random() < 0.9 else None)
        if self._rng.random() < 0.6:
            account = self._pick(LIVING.format("Account"))
            self._org.insert("Contact", LastName=self._text("Born"), Email=email, AccountId=account)
        else:
            self._org.insert("Lead", LastName=self._text("Found"), Email=email, Company="Somewhere")

    def _insert_account(self) -> None:
        account = self._org.insert("Account", Name=self._text("Founded"))
        self._org.update("Contact", self._pick(LIVING.format("Contact")), AccountId=account)

    def _insert_duplicate(self) -> None:
        email = "SELECT upper(Email) FROM Contact WHERE IsDeleted = 0 AND Email IS NOT NULL ORDER BY Id"
        self._insert_person(self._pick(email))

    def _change_email(self) -> None:
        sobject = self._rng.choice(("Contact", "Lead"))
        self._org.update(sobject, self._alone(sobject), Email=self._fresh_email())

    def _take_email(self) -> None:
        contact, other = self._alone("Contact"), self._alone("Contact")
        [(email,)] = self._org.sql("SELECT Email FROM Contact WHERE Id = ?", other)
        self._org.update("Contact", contact, Email=email)

    def _delete_person(self) -> None:
        sobject = self._rng.choice(("Contact", "Lead"))
        gone = self._alone(sobject)
        self._org.delete(sobject, gone)
        self._deleted.append((sobject, gone))

    def _restore_person(self) -> None:
        if self._deleted:
            sobject, record_id = self._deleted.pop(self._rng.randrange(len(self._deleted)))
            self._org.update(sobject, record_id, IsDeleted=0)

    def _delete_account(self) -> None:
        account = self._pick(LIVING.format("Account"))
        for (contact,) in self._org.sql("SELECT Id FROM Contact WHERE AccountId = ? ORDER BY Id", account):
            self._org.update("Contact", contact, AccountId=None)
        self._org.delete("Account", account)

    def _merge_contacts(self) -> None:
        survivor, gone = self._alone("Contact"), self._alone("Contact")
        if survivor != gone:
            self._org.update("Contact", gone, IsDeleted=1, MasterRecordId=survivor)
            self._org.update("Contact", survivor, Title=self._text("Merged"))

    def _merge_accounts(self) -> None:
        survivor, gone = self._pick(LIVING.format("Account")), self._pick(LIVING.format("Account"))
        if survivor != gone:
            self._org.update("Account", gone, IsDeleted=1, MasterRecordId=survivor)
            # Salesforce need not touch the stamp of the contacts that it moves.
            self._org.sql("UPDATE Contact SET AccountId = ? WHERE AccountId = ?", survivor, gone)

    def _convert_lead(self) -> None:
        lead = self._alone("Lead")
        [(email, last_name)] = self._org.sql("SELECT Email, LastName FROM Lead WHERE Id = ?", lead)
        account = self._pick(LIVING.format("Account"))
        contact = self._org.insert("Contact", LastName=last_name, Email=email, AccountId=account)
        self._org.update(
            "Lead",
            lead,
            IsConverted=1,
            Status="Closed - Converted",
            ConvertedContactId=contact,
            ConvertedAccountId=account,
        )

    def _move_to_account(self) -> None:
        account = self._pick(LIVING.format("Account")) if self._rng.random() < 0.8 else None
        self._org.update("Contact", self._pick(LIVING.format("Contact")), AccountId=account)

    def _change_parent(self) -> None:
        child, parent = self._pick(LIVING.format("Account")), self._pick(LIVING.format("Account"))
        if child != parent:
            self._org.update("Account", child, ParentId=parent if self._rng.random() < 0.8 else None)

    def _join_campaign(self) -> None:
        sobject, person = self._person()
        campaign = self._pick(CAMPAIGNS)
        self._org.insert("CampaignMember", CampaignId=campaign, Status="Sent", **{f"{sobject}Id": person})

    def _leave_campaign(self) -> None:
        self._org.delete("CampaignMember", self._pick(LIVING.format("CampaignMember")))

    def _hide_or_show(self) -> None:
        """Takes a field away from the connected user, or gives it back."""
        if self._hidden is None:
            self._hidden = self._rng.choice(SHY_FIELDS)
            self._org.hide_field(*self._hidden)
        else:
            self._org.show_field(*self._hidden)
            self._hidden = None
