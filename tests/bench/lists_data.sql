-- Statements for tests/bench/lists.py, apart by blank lines: custom properties, blanks, lists.
ALTER TABLE contacts_contact DISABLE TRIGGER USER

ALTER TABLE companies_company DISABLE TRIGGER USER

UPDATE companies_company SET properties = jsonb_build_object('tier', chr(65 + (id % 5)::int), 'score', id % 100)

UPDATE contacts_contact SET job_title = CASE WHEN id % 10 > 0 THEN job_title END,
    properties = CASE WHEN id % 5 = 0 THEN jsonb_build_object('segment', CASE id % 3 WHEN 0 THEN 'gold' WHEN 1 THEN 'silver' ELSE 'bronze' END)
                      ELSE '{}' END
WHERE id % 10 = 0 OR id % 5 = 0

ALTER TABLE contacts_contact ENABLE TRIGGER USER

ALTER TABLE companies_company ENABLE TRIGGER USER

INSERT INTO properties_property (kind, name, label, type, "group", description, options, is_standard, "order", created_at)
VALUES ('contact', 'segment', 'Segment', 'choice', '', '', '[]', false, 1000, now()),
       ('company', 'tier', 'Tier', 'choice', '', '', '[]', false, 1000, now()),
       ('company', 'score', 'Score', 'number', '', '', '[]', false, 1000, now())

INSERT INTO lists_list (name, source, filters, type)
VALUES ('static', '', '{}', 'static'),
       ('active', '', '{"groups": [[{"about": "company", "property": "industry", "operator": "any_of", "values": ["Energy", "Media"]}]]}', 'active')

INSERT INTO lists_listmember (list_id, contact_id)
SELECT l.id, c.id FROM lists_list l, contacts_contact c WHERE l.name = 'static' AND c.id % 5 = 1
