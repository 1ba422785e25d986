"""Values that break careless programs, each in its own record at a fixed rate.

A key that begins with `@` is an address part: `@PostalCode` is MailingPostalCode on a contact.
"""

from integrations.sandbox.generate.world import Record

EVERY, AT = 23, 11
LONG_TEXT = "All work and no play makes a long description. " * 430
OVERLAYS: list[Record] = [
    {"LastName": "NA", "FirstName": None},
    {"LastName": "None"},
    {"LastName": "NULL", "Name": "NULL"},
    {"LastName": "null", "FirstName": "null"},
    {"LastName": "#N/A", "Name": "#N/A"},
    {"FirstName": "NaN", "Title": "nan"},
    {"Title": "NA", "Description": "None"},
    {"Description": "#N/A"},
    {"@PostalCode": "01234"},
    {"@PostalCode": "00501", "Phone": "0041 44 668 18 00"},
    {"Department": "007", "Site": "007", "AccountNumber": "000123"},
    {"Title": "Head of 🚀 and 👩\u200d👩\u200d👧", "Description": "Zażółć 😀 𝔘𝔫𝔦𝔠𝔬𝔡𝔢"},
    {"LastName": "Zoe\u0308 A\u030angstro\u0308m", "Name": "Cafe\u0301 Ange\u0301lique"},
    {"FirstName": "מרים", "LastName": "בן־דוד", "Description": "\u200fשלום עולם — mixed 123 עם LTR\u200e"},
    {"Title": 'He said "hello", then left', "Name": 'The "Quoted" Company, Inc.'},
    {"Title": "a,b;c\td|e^f`g", "Description": "semi;colon, comma, 'single' and \"double\" quotes"},
    {"Description": "first line\nsecond line\n\nfourth line", "@Street": "1 Long Road\nBuilding B"},
    {"Description": "Windows\r\nline\r\nends", "@Street": "2 Short Road\r\nFloor 3"},
    {"Description": "ends with a newline\n", "Title": '"begins with a quote'},
    {"FirstName": "  Leading", "LastName": "Trailing  ", "Title": "\u00a0no-break\u00a0"},
    {"Description": LONG_TEXT},
    {"Description": "a NUL \x00 in the middle"},
    {"Title": "=1+1", "Description": '=HYPERLINK("https://example.com","Click")'},
    {"Title": "+44 not a phone number", "Department": "-", "Site": "@home"},
    {"Title": "\\", "Description": "back\\slash \\n \\N \\. C:\\temp\\new"},
    {"Birthdate": "1700-01-01", "Demo_Date__c": "1700-01-01", "Renewal_Date__c": "1700-01-01"},
    {"Birthdate": "9999-12-31", "Demo_Date__c": "9999-12-31", "Last_Visit__c": "9999-12-31T23:59:59.000Z"},
    {"Birthdate": "2000-02-29", "Last_Visit__c": "1970-01-01T00:00:00.000Z"},
    {"Loyalty_Points__c": 1.5e-07, "Budget__c": 139000000.0, "AnnualRevenue": 1.39e8},
    {"Loyalty_Points__c": 123456789012345.67, "Budget__c": 99999999999999.98, "AnnualRevenue": 9.87654321e14},
    {"Loyalty_Points__c": -0.01, "Budget__c": 0.0, "AnnualRevenue": 0.0, "NumberOfEmployees": 0},
    {"LastName": "O'Reilly-O’Neill", "Name": "Ben & Jerry <b>'s</b>"},
    {"LastName": "<script>alert(1)</script>", "Name": "Robert'); DROP TABLE accounts;--"},
    {"LastName": "İstanbullu", "FirstName": "Işıl", "@City": "İstanbul"},
    {"FirstName": "ﬁona", "LastName": "Straße", "Title": "STRASSE"},
    {"Title": "zero\u200bwidth", "Department": "tab\there"},
    {"FirstName": None, "Salutation": None, "LastName": "ﷺ"},
    {"Description": "true", "Title": "false", "Department": "0"},
    {"Title": "1e5", "Department": "1.0", "Phone": "+1 (617) 555-0100 x12"},
    {"Phone": "tel:unknown", "Website": "not a website", "Title": "2026-03-01"},
]


def overlay(record: Record, index: int, *, address: str) -> Record:
    """The record, every 23rd with a nasty value in it."""
    if index % EVERY != AT:
        return record
    changes = OVERLAYS[index // EVERY % len(OVERLAYS)]
    named = {key.replace("@", address): value for key, value in changes.items()}
    return record | {key: value for key, value in named.items() if key in record}
