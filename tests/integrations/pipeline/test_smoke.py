from contacts.models import Contact


def test_it_creates(take_in):
    out = take_in("Contact", {"Id": "0030000000000001AA", "LastName": "A", "Email": "a@x.org", "Birthdate": "2001-02-29"})
    assert (out.created, out.unchanged) == (1, 0)
    out = take_in("Contact", {"Id": "0030000000000001AA", "LastName": "A", "Email": "a@x.org"})
    assert (out.created, out.unchanged) == (0, 1)
    out = take_in("Contact", {"Id": "0030000000000001AA", "LastName": "B", "Email": "a@x.org", "SystemModstamp":"2026-02-01T00:00:00.000Z"})
    assert (out.created, out.updated, out.unchanged) == (0, 1, 0)
    assert Contact.objects.get().last_name == "B"
    out = take_in("Lead", {"Id": "00Q0000000000001AA", "LastName": "L", "Company": "C", "Email": "A@x.org", "SystemModstamp":"2026-02-01T00:00:00.000Z"})
    assert (out.created, out.updated, out.unchanged) == (0, 1, 0)
    out = take_in("Account", {"Id": "0010000000000001AA", "Name": "L", "Website": "https://www.Acme.com/x"})
    assert (out.created, out.updated, out.unchanged) == (1, 0, 0)
