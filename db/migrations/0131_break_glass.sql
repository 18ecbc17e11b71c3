--! safe
-- Break-glass: staff at a session site open the record of somebody who is there and cannot show a code. The reason in
-- words lies sealed with the person as emergency/<grant_id>; a second person confirms within 15 minutes.
CREATE TABLE registry.break_glass (
  beneficiary_id uuid NOT NULL,
  grant_id uuid NOT NULL,
  staff_id uuid NOT NULL REFERENCES registry.staff,
  facility_id uuid NOT NULL REFERENCES registry.facilities,
  reason text NOT NULL CHECK (reason IN ('collapsed', 'reaction', 'cannot-speak', 'nothing-to-show')),
  asked_at timestamptz NOT NULL,
  opened_at timestamptz,
  counted_at timestamptz,
  second_answer text CHECK (second_answer IN ('confirmed', 'denied')),
  second_by uuid REFERENCES registry.staff,
  second_at timestamptz,
  PRIMARY KEY (beneficiary_id, grant_id),
  CONSTRAINT another_person CHECK (second_by <> staff_id),
  CHECK ((second_answer IS NULL) = (second_by IS NULL) AND (second_answer IS NULL) = (second_at IS NULL))
);
CREATE INDEX break_glass_by_id ON registry.break_glass (grant_id);
CREATE INDEX break_glass_by_facility ON registry.break_glass (facility_id, asked_at);
COMMENT ON TABLE registry.break_glass IS 'class=internal, pseudonymous; the reason in words lies sealed in vault.records as emergency/<grant_id>';
GRANT SELECT, INSERT ON registry.break_glass TO sakshi_app;
GRANT UPDATE (opened_at, second_answer, second_by, second_at) ON registry.break_glass TO sakshi_app;

-- What a person is told about their record: on the page, and by a message that names no place and nothing of health.
CREATE TABLE registry.access_notices (
  beneficiary_id uuid NOT NULL,
  notice_id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('break-glass', 'new-organisation')),
  organisation text,
  noticed_at timestamptz NOT NULL,
  PRIMARY KEY (beneficiary_id, notice_id)
);
COMMENT ON TABLE registry.access_notices IS 'class=pseudonymous; what a person was told about looks at their record';
GRANT SELECT, INSERT ON registry.access_notices TO sakshi_app;

-- Which organisations a person was told of; the first look of another one is told too.
CREATE TABLE registry.organisations_told (
  beneficiary_id uuid NOT NULL,
  organisation text NOT NULL,
  PRIMARY KEY (beneficiary_id, organisation)
);
COMMENT ON TABLE registry.organisations_told IS 'class=pseudonymous; so that the first look of an organisation is told once';

-- The one who asked: 15 minutes, an hour once a second person has confirmed, and no longer once one has denied. A
-- privacy officer who reviews sees the reason for 90 days.
CREATE OR REPLACE FUNCTION log.explains_break_glass(p_now timestamptz, p_staff uuid, p_purpose text, p_reference uuid, p_subjects uuid[])
RETURNS boolean LANGUAGE sql STABLE SET search_path = registry, log, pg_temp AS $$
  SELECT cardinality(p_subjects) = 1 AND EXISTS (
    SELECT FROM registry.break_glass g JOIN registry.staff s ON s.staff_id = p_staff
    WHERE g.grant_id = p_reference AND g.beneficiary_id = p_subjects[1] AND CASE p_purpose
      WHEN 'break-glass' THEN g.staff_id = p_staff AND g.facility_id = s.facility_id
        AND g.second_answer IS DISTINCT FROM 'denied'
        AND g.asked_at BETWEEN p_now - CASE WHEN g.second_answer = 'confirmed' THEN interval '1 hour' ELSE interval '15 minutes' END
          AND p_now + interval '1 minute'
      WHEN 'review' THEN s.role = 'privacy-officer' AND g.asked_at > p_now - interval '90 days'
      ELSE false
    END);
$$;

CREATE OR REPLACE FUNCTION log.explains_access_notice(p_now timestamptz, p_service text, p_purpose text, p_reference uuid, p_subjects uuid[])
RETURNS boolean LANGUAGE sql STABLE SET search_path = registry, log, pg_temp AS $$
  SELECT p_service = 'messages' AND p_purpose = 'notice' AND cardinality(p_subjects) = 1 AND EXISTS (
    SELECT FROM registry.access_notices n
    WHERE n.notice_id = p_reference AND n.beneficiary_id = p_subjects[1]
      AND n.noticed_at BETWEEN p_now - interval '30 days' AND p_now + interval '1 minute');
$$;

-- Tells a person that an organisation looks for the first time; for somebody registered only now there is nobody to tell.
CREATE FUNCTION log.tell_of(p_now timestamptz, p_organisation text, p_subjects uuid[]) RETURNS void
LANGUAGE plpgsql SET search_path = log, pg_temp AS $$
DECLARE
  v_person uuid;
  v_notice uuid;
BEGIN
  FOR v_person IN
    WITH told AS (
      INSERT INTO registry.organisations_told (beneficiary_id, organisation)
      SELECT b.beneficiary_id, p_organisation FROM registry.beneficiaries b
      WHERE b.beneficiary_id = ANY (p_subjects) ORDER BY b.beneficiary_id
      ON CONFLICT DO NOTHING RETURNING beneficiary_id)
    SELECT beneficiary_id FROM told
  LOOP
    v_notice := gen_random_uuid();
    INSERT INTO registry.access_notices VALUES (v_person, v_notice, 'new-organisation', p_organisation, p_now);
    PERFORM registry.enqueue('send-notice', jsonb_build_object('beneficiaryId', v_person, 'template', 'new-organisation',
      'values', '{}'::jsonb, 'cause', jsonb_build_object('noticeId', v_notice)), NULL);
  END LOOP;
END $$;
GRANT EXECUTE ON FUNCTION registry.enqueue TO sakshi_owner;

-- A finding about one thing (a grant) has its reference; others are one a day and kind.
ALTER TABLE registry.access_findings ADD COLUMN reference uuid;
ALTER TABLE registry.access_findings DROP CONSTRAINT access_findings_actor_kind_found_on_key;
ALTER TABLE registry.access_findings ADD CONSTRAINT one_finding UNIQUE NULLS NOT DISTINCT (actor, kind, found_on, reference);

DROP FUNCTION log.find;
CREATE FUNCTION log.find(p_now timestamptz, p_kind text, p_actor text, p_reasons jsonb, p_stops boolean, p_reference uuid DEFAULT NULL)
RETURNS void LANGUAGE plpgsql SET search_path = log, pg_temp AS $$
BEGIN
  INSERT INTO registry.access_findings AS f
    (finding_id, kind, actor, found_on, first_at, last_at, times, reasons, stops, reference)
  VALUES (gen_random_uuid(), p_kind, p_actor, (p_now AT TIME ZONE 'Asia/Kolkata')::date, p_now, p_now, 1, p_reasons,
    p_stops, p_reference)
  ON CONFLICT (actor, kind, found_on, reference) DO UPDATE SET last_at = p_now, times = f.times + 1, reasons = p_reasons,
    stops = p_stops, decision = NULL, decided_at = NULL, decided_by = NULL;
  IF p_stops AND p_actor LIKE 'staff:%' THEN
    UPDATE registry.staff_sign_ins SET ended_at = p_now WHERE staff_id = substr(p_actor, 7)::uuid AND ended_at IS NULL;
  END IF;
END $$;

-- A grant is one unit of its budget, taken when it is first used, and a finding that waits for its review. Whoever
-- asks for more than the day holds is stopped.
CREATE FUNCTION log.take_grant(p_now timestamptz, p_actor text, p_grant uuid, p_hour integer, p_day integer) RETURNS integer
LANGUAGE plpgsql SET search_path = log, pg_temp AS $$
DECLARE
  v_reason text;
  v_away integer;
BEGIN
  SELECT g.reason INTO v_reason FROM registry.break_glass g
  WHERE g.grant_id = p_grant AND g.counted_at IS NULL AND p_actor = 'staff:' || g.staff_id FOR UPDATE;
  IF NOT FOUND THEN
    RETURN 0;
  END IF;
  v_away := log.take_budget(p_now, p_actor, 'break-glass', 1, p_hour, p_day);
  IF v_away > 0 THEN
    PERFORM log.find(p_now, 'budget', p_actor, '[{"reason": "budget", "kind": "break-glass"}]', true);
    RETURN v_away;
  END IF;
  UPDATE registry.break_glass SET counted_at = p_now WHERE grant_id = p_grant;
  PERFORM log.find(p_now, 'break-glass', p_actor,
    jsonb_build_array(jsonb_build_object('reason', 'break-glass', 'why', v_reason)), false, p_grant);
  RETURN 0;
END $$;

CREATE OR REPLACE FUNCTION log.explain_all(p_now timestamptz, p_requests jsonb)
RETURNS TABLE (place integer, role text, organisation text, actor text, refusal text, turned_away integer)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = log, pg_temp AS $$
DECLARE
  v record;
BEGIN
  PERFORM set_config('synchronous_commit', 'off', true);
  FOR v IN
    SELECT (asked.ordinality - 1)::integer AS place, e.role, e.organisation, e.actor, asked.kind, asked.reference,
      asked.subjects, asked."isNew" AS is_new, asked."perHour" AS per_hour, asked."perDay" AS per_day
    FROM ROWS FROM (jsonb_to_recordset(p_requests) AS (
      "actorKind" text, "signIn" uuid, service text, purpose text, kind text, reference uuid, subjects uuid[], "isNew" boolean,
      "perHour" integer, "perDay" integer
    )) WITH ORDINALITY AS asked, LATERAL log.explain(p_now, asked."actorKind", asked."signIn", asked.service, asked.purpose,
      asked.kind, asked.reference, asked.subjects, asked."isNew") AS e
    -- Always in one order, so that two round trips never wait for each other.
    ORDER BY e.actor, asked.kind
  LOOP
    place := v.place;
    role := v.role;
    organisation := v.organisation;
    actor := v.actor;
    refusal := NULL;
    turned_away := 0;
    IF v.per_day IS NOT NULL THEN
      IF log.is_stopped(v.actor) THEN
        refusal := 'stopped';
      ELSE
        turned_away := CASE v.kind
          WHEN 'break-glass' THEN log.take_grant(p_now, v.actor, v.reference, v.per_hour, v.per_day)
          ELSE log.take_budget(p_now, v.actor, v.kind, cardinality(v.subjects), v.per_hour, v.per_day)
        END;
        refusal := CASE WHEN turned_away > 0 THEN 'spent' END;
      END IF;
      IF refusal IS NULL AND NOT v.is_new AND v.role <> 'citizen' AND v.kind <> 'break-glass' THEN
        PERFORM log.tell_of(p_now, v.organisation, v.subjects);
      END IF;
    END IF;
    RETURN NEXT;
  END LOOP;
END $$;

-- A decision on a finding: by a live privacy officer, never on themselves. Written down first, then made.
CREATE FUNCTION log.may_decide(p_now timestamptz, p_sign_in uuid, p_finding uuid)
RETURNS TABLE (role text, organisation text, actor text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = log, pg_temp AS $$
  SELECT s.role, 'National programme'::text, 'staff:' || s.staff_id
  FROM registry.staff_sign_ins i JOIN registry.staff s USING (staff_id), registry.access_findings f
  WHERE i.sign_in_id = p_sign_in AND i.ended_at IS NULL AND i.expires_at > p_now AND s.removed_at IS NULL
    AND s.role = 'privacy-officer' AND f.finding_id = p_finding AND f.actor <> 'staff:' || s.staff_id
    AND NOT log.is_stopped('staff:' || s.staff_id);
$$;

-- What is found to be explained stops nobody any more, and the day's refused attempts are forgiven.
CREATE FUNCTION log.decide(p_now timestamptz, p_finding uuid, p_decider text, p_decision text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = log, pg_temp AS $$
DECLARE
  v_actor text;
BEGIN
  UPDATE registry.access_findings f SET decision = p_decision, decided_at = p_now, decided_by = substr(p_decider, 7)::uuid
  WHERE f.finding_id = p_finding RETURNING f.actor INTO v_actor;
  IF p_decision = 'explained' THEN
    DELETE FROM log.budgets_used b WHERE b.actor = v_actor AND b.kind = 'miss';
  END IF;
END $$;

-- Kinds from 4 on name no person, like a miss: kind 4 is a decision. A row without a person has sixteen zero bytes.
ALTER TABLE log.entries DROP CONSTRAINT entries_kind_check, DROP CONSTRAINT entries_check, DROP CONSTRAINT entries_check1,
  DROP CONSTRAINT entries_check2;
ALTER TABLE log.entries
  ADD CONSTRAINT known_kind CHECK (kind BETWEEN 1 AND 15) NOT VALID,
  ADD CONSTRAINT person_or_none CHECK ((subject_pseudonym IS NULL) = (counter IS NULL)
    AND (subject_pseudonym IS NULL) = (sealed_subject IS NULL) AND (kind <> 3 OR subject_pseudonym IS NULL)
    AND (kind > 2 OR subject_pseudonym IS NOT NULL)) NOT VALID;
ALTER TABLE log.entries VALIDATE CONSTRAINT known_kind, VALIDATE CONSTRAINT person_or_none;

CREATE OR REPLACE FUNCTION log.append_batch(
  p_expected bigint, p_count integer, p_rows bytea, p_accountability_bytes integer, p_subject_bytes integer,
  p_root bytea, p_frontier bytea, p_recorded_at timestamptz
) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = log, pg_temp AS $$
DECLARE
  stride integer := 122 + p_accountability_bytes + p_subject_bytes;
  nobody bytea := decode(repeat('00', 16), 'hex');
BEGIN
  -- With synchronous_commit off an acknowledged entry could be lost: no log, no data.
  PERFORM set_config('synchronous_commit', 'on', true);
  IF p_count < 1 OR octet_length(p_rows) <> p_count * stride THEN
    RAISE EXCEPTION 'rows do not match their count' USING ERRCODE = 'invalid_parameter_value';
  END IF;
  UPDATE log.head SET size = p_expected + p_count, root = p_root, frontier = p_frontier, updated_at = p_recorded_at
  WHERE id = 1 AND size = p_expected;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'lost the sequencer lease' USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  INSERT INTO log.entries (index, leaf, kind, subject_pseudonym, counter, actor_pseudonym, request_id,
    sealed_accountability, sealed_subject, recorded_at)
  SELECT p_expected + i, substr(p_rows, at, 66), get_byte(p_rows, at),
    CASE WHEN substr(p_rows, at + 66, 16) <> nobody THEN substr(p_rows, at + 66, 16) END,
    CASE WHEN substr(p_rows, at + 66, 16) <> nobody
      THEN ('x' || encode(substr(p_rows, at + 82, 8), 'hex'))::bit(64)::bigint END,
    substr(p_rows, at + 90, 16),
    encode(substr(p_rows, at + 106, 16), 'hex')::uuid,
    substr(p_rows, at + 122, p_accountability_bytes),
    CASE WHEN substr(p_rows, at + 66, 16) <> nobody THEN substr(p_rows, at + 122 + p_accountability_bytes, p_subject_bytes) END,
    p_recorded_at
  FROM (SELECT i, i * stride + 1 AS at FROM generate_series(0, p_count - 1) AS i) AS positions;
END $$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA log FROM PUBLIC;
GRANT EXECUTE ON FUNCTION log.may_decide, log.decide TO sakshi_recorder;
