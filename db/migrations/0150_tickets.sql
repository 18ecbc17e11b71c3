--! safe
-- Tickets: what a person asks to be put right. One officer proposes, a second decides; what is asked, and every reason,
-- lies sealed with the person as ticket/<ticket_id>. Here stand ids, states and times.
CREATE TABLE registry.tickets (
  beneficiary_id uuid NOT NULL,
  ticket_id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN
    ('identity', 'passport', 'dose', 'not-mine', 'no-certificate', 'merge', 'unknown-member')),
  state text NOT NULL CHECK (state IN ('open', 'proposed', 'accepted', 'refused', 'withdrawn')),
  state_id integer NOT NULL REFERENCES registry.states,
  district_id integer NOT NULL REFERENCES registry.districts,
  -- Merge: the registration that goes.
  other_id uuid,
  opened_at timestamptz NOT NULL,
  due_at timestamptz NOT NULL,
  changed_at timestamptz NOT NULL,
  reopened_at timestamptz,
  -- Whoever works on it now: first the one who proposes, then the one who decides.
  assigned_to uuid,
  assigned_at timestamptz,
  proposal text CHECK (proposal IN ('accept', 'refuse')),
  proposed_by uuid,
  decided_by uuid,
  PRIMARY KEY (beneficiary_id, ticket_id),
  CHECK ((kind = 'merge') = (other_id IS NOT NULL)),
  CHECK ((state = 'proposed') <= (proposal IS NOT NULL AND proposed_by IS NOT NULL)),
  -- A second person: not even a bug can let one officer do both.
  CONSTRAINT two_people CHECK (proposed_by <> decided_by AND NOT (state = 'proposed' AND assigned_to = proposed_by)),
  -- A passport is linked for the first time without an officer; all else is decided by one.
  CHECK (state NOT IN ('accepted', 'refused') OR decided_by IS NOT NULL OR kind = 'passport')
);
CREATE UNIQUE INDEX one_open_ticket ON registry.tickets (beneficiary_id, kind) WHERE state IN ('open', 'proposed');
CREATE INDEX tickets_by_id ON registry.tickets (ticket_id);
CREATE INDEX tickets_by_place ON registry.tickets (state_id, district_id, state, due_at);
CREATE INDEX tickets_by_other ON registry.tickets (other_id) WHERE other_id IS NOT NULL;
COMMENT ON TABLE registry.tickets IS 'class=internal, pseudonymous; what is asked and why lies sealed in vault.records as ticket/<ticket_id>';
GRANT SELECT, INSERT, UPDATE ON registry.tickets TO sakshi_app;

-- Which purposes a kind of ticket needs; each lets an officer see and change fields of its own (policy/disclosure.cedar).
CREATE FUNCTION log.ticket_needs(p_kind text, p_purpose text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT (p_kind, p_purpose) IN (
    ('identity', 'correction'), ('passport', 'correction'), ('merge', 'correction'),
    ('merge', 'dose-correction'), ('dose', 'dose-correction'), ('not-mine', 'dose-correction'),
    ('no-certificate', 'dose-correction'), ('unknown-member', 'number-correction'));
$$;

-- An officer: the ticket is assigned to them, lies in their jurisdiction, waits for them, and is about these people.
CREATE OR REPLACE FUNCTION log.explains_ticket(p_now timestamptz, p_staff uuid, p_purpose text, p_reference uuid, p_subjects uuid[])
RETURNS boolean LANGUAGE sql STABLE SET search_path = registry, log, pg_temp AS $$
  SELECT EXISTS (
    SELECT FROM registry.tickets t JOIN registry.staff s ON s.staff_id = p_staff
    WHERE t.ticket_id = p_reference AND t.assigned_to = p_staff AND t.assigned_at <= p_now + interval '1 minute'
      AND (t.state = 'open' OR (t.state = 'proposed' AND t.proposed_by <> p_staff))
      AND CASE s.role
        WHEN 'district-admin' THEN s.district_id = t.district_id
        WHEN 'state-admin' THEN s.state_id = t.state_id
        ELSE s.role = 'national-admin'
      END
      AND p_subjects <@ ARRAY[t.beneficiary_id, coalesce(t.other_id, t.beneficiary_id)]
      AND log.ticket_needs(t.kind, p_purpose));
$$;

-- Services: certificates while a second person accepts (or a passport is linked, which nobody decides), and a notice
-- within 30 days of the last step.
CREATE OR REPLACE FUNCTION log.explains_ticket_service(p_now timestamptz, p_service text, p_purpose text, p_reference uuid, p_subjects uuid[])
RETURNS boolean LANGUAGE sql STABLE SET search_path = registry, log, pg_temp AS $$
  SELECT cardinality(p_subjects) = 1 AND EXISTS (
    SELECT FROM registry.tickets t
    WHERE t.ticket_id = p_reference AND CASE (p_service, p_purpose)
      WHEN ('certificates', 'certificate') THEN t.beneficiary_id = p_subjects[1] AND (
        (t.state = 'proposed' AND t.proposal = 'accept' AND t.assigned_to <> t.proposed_by)
        OR (t.state = 'open' AND t.kind = 'passport'))
      WHEN ('messages', 'notice') THEN p_subjects[1] IN (t.beneficiary_id, t.other_id)
        AND t.changed_at BETWEEN p_now - interval '30 days' AND p_now + interval '1 minute'
      ELSE false
    END);
$$;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA log FROM PUBLIC;
