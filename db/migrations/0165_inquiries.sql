--! safe
-- The breach inquiry on the running system. A case is opened by two privacy officers; what is personal of it (the
-- sample, who is in it, the answer) lies sealed in vault.records under a key of the case's own, as if the case were a person.
CREATE TABLE registry.inquiries (
  inquiry_id uuid PRIMARY KEY,
  number integer GENERATED ALWAYS AS IDENTITY UNIQUE,
  told_at timestamptz NOT NULL,
  told_by text NOT NULL CHECK (told_by IN ('journalist', 'researcher', 'police', 'cert-in', 'citizen', 'own-monitoring', 'other')),
  proposed_by uuid NOT NULL REFERENCES registry.staff,
  proposed_at timestamptz NOT NULL,
  seconded_by uuid REFERENCES registry.staff,
  seconded_at timestamptz,
  aware_at timestamptz,
  aware_event integer,
  closed_at timestamptz,
  CHECK (seconded_by <> proposed_by),
  CHECK ((seconded_by IS NULL) = (seconded_at IS NULL)),
  CHECK ((aware_at IS NULL) = (aware_event IS NULL))
);
COMMENT ON TABLE registry.inquiries IS 'class=internal; cases of the breach inquiry; told_at and aware_at start the legal clocks and never change';

-- What is set once stays: when we were told, when we became aware, and who opened the case.
CREATE FUNCTION registry.keep_inquiry_facts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.inquiry_id, NEW.told_at, NEW.told_by, NEW.proposed_by, NEW.proposed_at)
     IS DISTINCT FROM (OLD.inquiry_id, OLD.told_at, OLD.told_by, OLD.proposed_by, OLD.proposed_at)
     OR (OLD.aware_at IS NOT NULL AND (NEW.aware_at, NEW.aware_event) IS DISTINCT FROM (OLD.aware_at, OLD.aware_event))
     OR (OLD.seconded_at IS NOT NULL AND (NEW.seconded_at, NEW.seconded_by) IS DISTINCT FROM (OLD.seconded_at, OLD.seconded_by)) THEN
    RAISE EXCEPTION 'facts of an inquiry are never changed' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER inquiry_facts_stay BEFORE UPDATE ON registry.inquiries
  FOR EACH ROW EXECUTE FUNCTION registry.keep_inquiry_facts();

-- Chain of custody: each event holds the hash of the one before it, and its own hash stands in the disclosure log.
CREATE TABLE registry.inquiry_events (
  inquiry_id uuid NOT NULL REFERENCES registry.inquiries,
  n integer NOT NULL CHECK (n >= 0),
  at timestamptz NOT NULL,
  what text NOT NULL,
  staff_id uuid NOT NULL REFERENCES registry.staff,
  facts jsonb NOT NULL,
  hash bytea NOT NULL CHECK (octet_length(hash) = 32),
  log_index bigint NOT NULL,
  PRIMARY KEY (inquiry_id, n)
);
COMMENT ON TABLE registry.inquiry_events IS 'class=internal; append-only; facts hold counts, hashes and closed words, nothing of a person';
CREATE FUNCTION registry.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'this list is append-only' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER inquiry_events_are_never_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON registry.inquiry_events
  FOR EACH STATEMENT EXECUTE FUNCTION registry.refuse_change();

CREATE TABLE registry.inquiry_runs (
  run_id uuid PRIMARY KEY,
  inquiry_id uuid NOT NULL REFERENCES registry.inquiries,
  started_by uuid NOT NULL REFERENCES registry.staff,
  started_at timestamptz NOT NULL,
  as_of timestamptz NOT NULL,
  log_size bigint NOT NULL,
  state text NOT NULL CHECK (state IN ('running', 'finished', 'stopped', 'failed')),
  finished_at timestamptz,
  people integer,
  disclosures integer,
  affected integer,
  rerun_of uuid REFERENCES registry.inquiry_runs,
  answer_hash bytea CHECK (octet_length(answer_hash) = 32)
);
CREATE INDEX inquiry_runs_by_inquiry ON registry.inquiry_runs (inquiry_id, started_at);
CREATE UNIQUE INDEX one_run_at_a_time ON registry.inquiry_runs (inquiry_id) WHERE state = 'running';
COMMENT ON TABLE registry.inquiry_runs IS 'class=internal; comparisons of a sample with the register: when, how large, how they ended';

-- Everybody disclosed to the identified source, not only who is in the sample: to be told.
CREATE TABLE registry.inquiry_affected (
  inquiry_id uuid NOT NULL REFERENCES registry.inquiries,
  beneficiary_id uuid NOT NULL,
  notice_queued_at timestamptz,
  PRIMARY KEY (inquiry_id, beneficiary_id)
);
CREATE INDEX inquiry_affected_by_person ON registry.inquiry_affected (beneficiary_id);
COMMENT ON TABLE registry.inquiry_affected IS 'class=pseudonymous; whom an inquiry found exposed, by random id';

-- Leaks known from before. What they held lies in the vault as keyed filters; the data is not kept.
CREATE TABLE registry.known_leaks (
  leak_id uuid PRIMARY KEY,
  known_on date NOT NULL,
  provenance text NOT NULL CHECK (length(provenance) BETWEEN 1 AND 300),
  columns text[] NOT NULL,
  row_count integer NOT NULL CHECK (row_count > 0),
  file_hash bytea NOT NULL CHECK (octet_length(file_hash) = 32),
  added_at timestamptz NOT NULL
);
COMMENT ON TABLE registry.known_leaks IS 'class=internal; earlier leaks: when known, from where, how large';

GRANT SELECT, INSERT ON registry.inquiries, registry.inquiry_events, registry.known_leaks TO sakshi_app;
GRANT UPDATE (seconded_by, seconded_at, aware_at, aware_event, closed_at) ON registry.inquiries TO sakshi_app;
GRANT SELECT, INSERT, UPDATE (state) ON registry.inquiry_runs TO sakshi_app;
GRANT SELECT ON registry.inquiry_affected TO sakshi_app;
GRANT UPDATE (notice_queued_at) ON registry.inquiry_affected TO sakshi_app;

-- The inquirer reads what it compares with, keeps the case's sealed records, and says who is affected.
GRANT USAGE ON SCHEMA registry, vault, log TO sakshi_inquirer;
GRANT SELECT ON vault.records, vault.person_keys, vault.bucket_keys, log.entries TO sakshi_inquirer;
GRANT INSERT ON vault.records, vault.person_keys, vault.bucket_keys TO sakshi_inquirer;
-- To hold a bucket's epoch while a key is made under it.
GRANT UPDATE (rotate_since) ON vault.bucket_keys TO sakshi_inquirer;
GRANT SELECT ON registry.inquiries, registry.inquiry_events, registry.inquiry_runs, registry.known_leaks TO sakshi_inquirer;
GRANT UPDATE (state, finished_at, people, disclosures, affected, answer_hash) ON registry.inquiry_runs TO sakshi_inquirer;
GRANT SELECT, INSERT, DELETE ON registry.inquiry_affected TO sakshi_inquirer;
GRANT SELECT (facility_id, district_id, name) ON registry.facilities TO sakshi_inquirer;
GRANT SELECT (staff_id, facility_id) ON registry.staff TO sakshi_inquirer;

-- The case itself: any privacy officer until it has its second one, then the two who opened it. Comparing people: only
-- those two, and only with both words given. A closed case explains nothing.
CREATE OR REPLACE FUNCTION log.explains_inquiry(p_now timestamptz, p_staff uuid, p_purpose text, p_reference uuid, p_subjects uuid[])
RETURNS boolean LANGUAGE plpgsql STABLE SET search_path = registry, pg_temp AS $$
BEGIN
  RETURN p_purpose = 'breach-inquiry'
    AND EXISTS (SELECT FROM registry.staff s WHERE s.staff_id = p_staff AND s.role = 'privacy-officer')
    AND EXISTS (
      SELECT FROM registry.inquiries i WHERE i.inquiry_id = p_reference AND i.closed_at IS NULL
        AND CASE WHEN i.seconded_by IS NULL THEN p_subjects = ARRAY[p_reference]
                 ELSE p_staff IN (i.proposed_by, i.seconded_by) END);
END $$;

-- A message to somebody whom an open case found affected.
CREATE OR REPLACE FUNCTION log.explains_inquiry_notice(p_now timestamptz, p_service text, p_purpose text, p_reference uuid, p_subjects uuid[])
RETURNS boolean LANGUAGE plpgsql STABLE SET search_path = registry, pg_temp AS $$
BEGIN
  RETURN p_service = 'messages' AND p_purpose = 'notice' AND cardinality(p_subjects) = 1 AND EXISTS (
    SELECT FROM registry.inquiry_affected a JOIN registry.inquiries i USING (inquiry_id)
    WHERE a.inquiry_id = p_reference AND a.beneficiary_id = p_subjects[1]
      AND i.aware_at IS NOT NULL AND a.notice_queued_at IS NOT NULL);
END $$;
