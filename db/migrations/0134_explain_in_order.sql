--! safe
-- First every budget, by actor, then every notice of a first look, by person: whoever looks at the same people at the
-- same moment waits for nobody who waits for them. A grant is counted for its own person only.
DROP FUNCTION log.take_grant;
CREATE FUNCTION log.take_grant(p_now timestamptz, p_actor text, p_grant uuid, p_subject uuid, p_hour integer, p_day integer)
RETURNS integer LANGUAGE plpgsql SET search_path = log, pg_temp AS $$
DECLARE
  v_reason text;
  v_away integer;
BEGIN
  SELECT g.reason INTO v_reason FROM registry.break_glass g
  WHERE g.beneficiary_id = p_subject AND g.grant_id = p_grant AND g.counted_at IS NULL
    AND p_actor = 'staff:' || g.staff_id FOR UPDATE;
  IF NOT FOUND THEN
    RETURN 0;
  END IF;
  v_away := log.take_budget(p_now, p_actor, 'break-glass', 1, p_hour, p_day);
  IF v_away > 0 THEN
    PERFORM log.find(p_now, 'budget', p_actor, '[{"reason": "budget", "kind": "break-glass"}]', true);
    RETURN v_away;
  END IF;
  UPDATE registry.break_glass SET counted_at = p_now WHERE beneficiary_id = p_subject AND grant_id = p_grant;
  PERFORM log.find(p_now, 'break-glass', p_actor,
    jsonb_build_array(jsonb_build_object('reason', 'break-glass', 'why', v_reason)), false, p_grant);
  RETURN 0;
END $$;

DROP FUNCTION log.tell_of;
CREATE FUNCTION log.tell_of(p_now timestamptz, p_people uuid[], p_organisations text[]) RETURNS void
LANGUAGE plpgsql SET search_path = log, pg_temp AS $$
DECLARE
  v record;
  v_notice uuid;
BEGIN
  FOR v IN
    WITH told AS (
      INSERT INTO registry.organisations_told (beneficiary_id, organisation)
      SELECT DISTINCT b.beneficiary_id, asked.organisation
      FROM unnest(p_people, p_organisations) AS asked (person, organisation)
      JOIN registry.beneficiaries b ON b.beneficiary_id = asked.person
      ORDER BY b.beneficiary_id, asked.organisation
      ON CONFLICT DO NOTHING RETURNING beneficiary_id, organisation)
    SELECT * FROM told
  LOOP
    v_notice := gen_random_uuid();
    INSERT INTO registry.access_notices VALUES (v.beneficiary_id, v_notice, 'new-organisation', v.organisation, p_now);
    PERFORM registry.enqueue('send-notice', jsonb_build_object('beneficiaryId', v.beneficiary_id, 'template', 'new-organisation',
      'values', '{}'::jsonb, 'cause', jsonb_build_object('noticeId', v_notice)), NULL);
  END LOOP;
END $$;

CREATE OR REPLACE FUNCTION log.explain_all(p_now timestamptz, p_requests jsonb)
RETURNS TABLE (place integer, role text, organisation text, actor text, refusal text, turned_away integer)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = log, pg_temp AS $$
DECLARE
  v record;
  v_people uuid[] := '{}';
  v_organisations text[] := '{}';
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
          WHEN 'break-glass' THEN log.take_grant(p_now, v.actor, v.reference, v.subjects[1], v.per_hour, v.per_day)
          ELSE log.take_budget(p_now, v.actor, v.kind, cardinality(v.subjects), v.per_hour, v.per_day)
        END;
        refusal := CASE WHEN turned_away > 0 THEN 'spent' END;
      END IF;
      IF refusal IS NULL AND NOT v.is_new AND v.role <> 'citizen' AND v.kind <> 'break-glass' THEN
        v_people := v_people || v.subjects;
        v_organisations := v_organisations || array_fill(v.organisation, ARRAY[cardinality(v.subjects)]);
      END IF;
    END IF;
    RETURN NEXT;
  END LOOP;
  IF cardinality(v_people) > 0 THEN
    PERFORM log.tell_of(p_now, v_people, v_organisations);
  END IF;
END $$;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA log FROM PUBLIC;
