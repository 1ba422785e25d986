-- Statements for tests/bench/pages_data.py, apart by blank lines. Numbers stand for chance: the same size gives the same data.
TRUNCATE contacts_contact, companies_company, integrations_salesforceconnection, properties_propertychange,
         auth_user CASCADE

CREATE OR REPLACE FUNCTION pg_temp.pick(words text, n bigint) RETURNS text LANGUAGE sql IMMUTABLE AS
$$ SELECT w[1 + n %% cardinality(w)] FROM string_to_array(words, ' ') AS w $$

CREATE OR REPLACE FUNCTION pg_temp.mixed(n bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS
$$ SELECT (n * 2654435761) %% 4294967291 $$

INSERT INTO integrations_salesforceconnection
    (id, org_id, org_name, username, user_id, is_sandbox, flow, login_url, instance_url, api_version, client_id,
     state, state_reason)
VALUES (1, '00D5f000000abcdEAA', 'Bench', 'mika@bench.example', '0055f0000000001AAA', false, 'jwt',
        'https://bench.my.salesforce.com', 'https://bench.my.salesforce.com', 'v66.0', 'client', 'connected', '')

INSERT INTO integrations_importrun
    (id, kind, is_dry, subject, report, connection_id, record_group, campaign_id, campaign_name, state, created_at,
     started_at, finished_at, seconds, cancel_requested, faults, api_calls_estimated, api_calls_used, error_code, error_message,
     error_remedy, traceback)
VALUES (1, 'salesforce', false, '', '{}', 1, 'leads-and-contacts', '', '', 'finished', now() - interval '40 days', now() - interval '40 days',
        now() - interval '40 days', 80, false, 0, 32, 31, '', '', '', ''),
       (2, 'salesforce', false, '', '{}', 1, 'accounts', '', '', 'finished', now() - interval '40 days', now() - interval '40 days',
        now() - interval '40 days', 12, false, 0, 6, 6, '', '', '', '')

INSERT INTO integrations_importphase
    (run_id, "order", kind, sobject, state, selection, expected, pages, read, created, updated, unchanged,
     skipped, failed, skip_reasons, seconds, created_before, updated_before, removed)
VALUES (1, 0, 'records', 'Contact', 'done', 'all', %(contacts)s, 20, %(contacts)s, %(contacts)s * 98 / 100, 0, 0,
        %(contacts)s - %(contacts)s * 98 / 100, 0, jsonb_build_object('duplicate_email', %(contacts)s - %(contacts)s * 98 / 100),
        60, 0, 0, 0),
       (1, 1, 'linking', 'Contact', 'done', 'all', 0, 1, 0, 0, 0, 0, 0, 0, '{}', 20, 0, 0, 0)

INSERT INTO companies_company
    (id, name, domain, website, phone, industry, type, annual_revenue, number_of_employees, description,
     address, city, state, postal_code, country, owner_id, rating, created_by_import, created_at, updated_at)
SELECT n, name || ' ' || n, lower(name) || n || '.example', 'https://www.' || lower(name) || n || '.example',
       '+1 555 ' || lpad((m %% 10000000)::text, 7, '0'),
       pg_temp.pick('Energy Banking Retail Education Insurance Media Transportation Biotechnology', m / 3),
       pg_temp.pick('Customer Prospect Partner Other', m / 5), m %% 900000000 / 100.0, m %% 20000,
       repeat('A company of the measurement. ', 4), m %% 900 || ' Main Street',
       pg_temp.pick('Austin Osaka Berlin Lyon Leeds Porto Kyoto Denver', m / 7), NULL,
       lpad((m %% 100000)::text, 5, '0'), pg_temp.pick('US JP DE FR GB PT', m / 11),
       '0055f' || lpad((m / 13 %% 40)::text, 10, '0') || 'AAA', pg_temp.pick('Hot Warm Cold', m / 17), 2,
       now() - interval '40 days', now() - m %% 3456000 * interval '1 second'
FROM (SELECT n, pg_temp.mixed(n) AS m FROM generate_series(1, %(companies)s) AS n) AS numbers,
     LATERAL (SELECT pg_temp.pick('Acme Globex Initech Umbrella Soylent Hooli Vandelay Stark Wayne Cyberdyne '
                                  'Tyrell Oscorp Aperture Gringotts Monarch Nakatomi', m) AS name) AS names

INSERT INTO contacts_contact
    (id, salutation, first_name, last_name, email, phone, mobile_phone, email_opt_out, description, job_title,
     department, company_name, company_id, address, city, postal_code, country, lead_source, lead_status,
     rating, owner_id, created_by_import, created_at, updated_at)
SELECT n, pg_temp.pick('Ms. Mr. Dr.', m), first, last,
       CASE WHEN n %% 25 <> 7 THEN lower(first) || '.' || lower(last) || n || '@mail.example' END,
       '+1 555 ' || lpad((m %% 10000000)::text, 7, '0'), '+1 556 ' || lpad((m %% 9999991)::text, 7, '0'), m %% 9 = 0,
       repeat('A person of the measurement. ', 4), pg_temp.pick('Auditor Engineer Buyer Director Analyst', m / 3),
       pg_temp.pick('Finance Research Sales Legal', m / 5), 'Company ' || company, company,
       m %% 900 || ' Main Street', pg_temp.pick('Austin Osaka Berlin Lyon Leeds Porto Kyoto Denver', m / 7),
       lpad((m %% 100000)::text, 5, '0'), pg_temp.pick('US JP DE FR GB PT', m / 11),
       pg_temp.pick('Web Phone Partner Referral Event', m / 19),
       CASE WHEN n %% 4000 = 9 THEN 'Rare' WHEN n %% 5 = 0 THEN pg_temp.pick('Open Working Closed', m / 23) END,
       pg_temp.pick('Hot Warm Cold', m / 17), '0055f' || lpad((m / 13 %% 40)::text, 10, '0') || 'AAA',
       CASE WHEN n %% 50 <> 3 THEN 1 END, now() - interval '40 days', now() - m %% 3456000 * interval '1 second'
FROM (SELECT n, m, CASE WHEN n %% 100 = 0 THEN 1 WHEN n %% 12 <> 5 THEN 1 + m %% %(companies)s END AS company
      FROM generate_series(1, %(contacts)s) AS n, LATERAL (SELECT pg_temp.mixed(n) AS m) AS mixed) AS numbers,
     LATERAL (SELECT pg_temp.pick('Amy Bob Cleo Dan Eve Finn Grace Hiro Ines Jun Kenji Lena Mika Nora Omar Pia '
                                  'Quinn Ravi Sara Tom Uma Vera Will Xenia Yuki Zoe', m / 29) AS first,
                     pg_temp.pick('Adams Baker Costa Diaz Evans Fischer Garcia Hayashi Ito Jones Kato Lopez Meyer '
                                  'Nguyen Olsen Park Quist Rossi Suzuki Tanaka Ueda Vega Wang Xu Yamada Zhang '
                                  'Abbott Bianchi Chen Dubois', m / 31) AS last) AS names

INSERT INTO integrations_salesforcerecord
    (connection_id, salesforce_id, sobject, system_modstamp, is_deleted, related_id, fields, shape, link_state,
     contact_id)
SELECT 1, CASE WHEN id %% 5 = 0 THEN '00Q' ELSE '003' END || '5f' || lpad(id::text, 10, '0')
          || CASE WHEN id %% 5 = 0 THEN 'EAA' ELSE 'AAA' END,
       CASE WHEN id %% 5 = 0 THEN 'Lead' ELSE 'Contact' END, updated_at, id %% 700 = 1,
       '0015f' || lpad(company_id::text, 10, '0') || 'AAA',
       jsonb_build_object('FirstName', first_name, 'LastName', last_name, 'Email', email, 'Phone', phone,
                          'Title', job_title, 'OwnerId', owner_id, 'LeadSource', lead_source),
       1, CASE WHEN id %% 700 = 1 THEN 'deleted' ELSE 'linked' END, id
FROM contacts_contact WHERE created_by_import IS NOT NULL

INSERT INTO integrations_salesforcerecord
    (connection_id, salesforce_id, sobject, system_modstamp, is_deleted, fields, shape, link_state, company_id)
SELECT 1, '0015f' || lpad(id::text, 10, '0') || 'AAA', 'Account', updated_at, false,
       jsonb_build_object('Name', name, 'Website', website, 'Phone', phone, 'Industry', industry, 'OwnerId', owner_id,
                          'AnnualRevenue', annual_revenue::text, 'NumberOfEmployees', number_of_employees::text,
                          'BillingCity', city, 'BillingCountry', country, 'Rating', rating),
       1, 'linked', id
FROM companies_company

INSERT INTO properties_propertychange (kind, record_id, property, old, new, source, source_id, at)
SELECT 'contact', id, pg_temp.pick('job_title phone city', id + n), 'Before', 'After', 'import', 1,
       now() - (id %% 39 + n) * interval '1 day'
FROM contacts_contact, generate_series(1, CASE WHEN id = 1 THEN 300 ELSE 2 END) AS n WHERE id = 1 OR id %% 4 = 0

INSERT INTO integrations_problem
    (connection_id, category, level, code, sobject, salesforce_id, field, property, other_id, raw_message,
     contact_id, attempts)
SELECT 1, 'identity', 'problem', 'duplicate_email', 'Contact', '0035e' || lpad(n::text, 10, '0') || 'AAA', '', '',
       '0035f' || lpad(n::text, 10, '0') || 'AAA', '', n, 1
FROM generate_series(1, %(contacts)s - %(contacts)s * 98 / 100) AS n

INSERT INTO integrations_problemoccurrence (problem_id, run_id) SELECT id, 1 FROM integrations_problem

SELECT setval(pg_get_serial_sequence(name, 'id'), 10000000)
FROM unnest(ARRAY['contacts_contact', 'companies_company', 'integrations_importrun', 'integrations_salesforceconnection'])
     AS name
