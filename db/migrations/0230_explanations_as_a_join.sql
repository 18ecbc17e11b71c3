--! safe
-- The two commonest explanations are one join for all requests of a round trip; before, each request was two to four
-- function calls. A citizen's own sign-in and an appointment at the site stand here and nowhere else; what is rarer
-- stays a function. As at the last: 0186 (the budgets), 0121 (partners, services), 0202 (active people), 0011 (the site).
-- Tables grow and plans stay: whatever they held when this was planned, rows are reached by their index.
CREATE OR REPLACE FUNCTION log.explain_all(p_now timestamptz, p_requests jsonb)
RETURNS TABLE (place integer, role text, organisation text, actor text, refusal text, turned_away integer)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = log, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
  v log.explained_request;
  v_all log.explained_request[];
  v_group record;
  v_taken text[] := '{}';
  v_people uuid[] := '{}';
  v_organisations text[] := '{}';
BEGIN
  PERFORM set_config('synchronous_commit', 'off', true);
  WITH asked AS MATERIALIZED (
    SELECT * FROM ROWS FROM (jsonb_to_recordset(p_requests) AS (
      "actorKind" text, "signIn" uuid, service text, purpose text, kind text, reference uuid, subjects uuid[], "isNew" boolean,
      "perHour" integer, "perDay" integer
    )) WITH ORDINALITY),
  citizens AS (
    SELECT a.*, 'citizen' AS role, 'Account holder' AS organisation, 'account:' || i.account_id AS actor
    FROM asked a JOIN registry.sign_ins i ON i.sign_in_id = a."signIn"
    WHERE a."actorKind" = 'citizen' AND i.ended_at IS NULL AND i.expires_at > p_now
      AND a.kind = 'own-sign-in' AND (a.purpose = 'registration') = a."isNew" AND CASE
        WHEN a."isNew" THEN log.all_new(a.subjects)
        -- The list of who looked stays open to the old number until the person is erased.
        WHEN a.purpose = 'own-log' THEN log.all_held_by(i.account_id, a.subjects)
        ELSE a.purpose IN ('own-view', 'own-change', 'consent') AND cardinality(a.subjects) = (
          SELECT count(*) FROM registry.beneficiaries b
          WHERE b.beneficiary_id = ANY (a.subjects) AND b.account_id = i.account_id AND b.state = 'active')
      END),
  staff AS (
    SELECT a.*, s.role, coalesce(f.name, d.name || ' district', st.name, 'National programme') AS organisation,
      'staff:' || s.staff_id AS actor
    FROM asked a JOIN registry.staff_sign_ins i ON i.sign_in_id = a."signIn" JOIN registry.staff s USING (staff_id)
    LEFT JOIN registry.facilities f ON f.facility_id = s.facility_id
    LEFT JOIN registry.districts d ON d.district_id = s.district_id
    LEFT JOIN registry.states st ON st.state_id = s.state_id
    WHERE a."actorKind" = 'staff' AND i.ended_at IS NULL AND i.expires_at > p_now AND s.removed_at IS NULL
      AND (a.purpose = 'registration') = a."isNew" AND CASE
        WHEN a.kind = 'appointment-here' THEN a.purpose IN ('check-in', 'vaccination', 'aefi') AND cardinality(a.subjects) = (
          SELECT count(DISTINCT p.beneficiary_id)
          FROM registry.appointments p JOIN registry.sessions t USING (session_id)
          WHERE p.appointment_id = a.reference AND p.beneficiary_id = ANY (a.subjects) AND t.facility_id = s.facility_id
            AND p.status IN ('checked-in', 'completed') AND log.same_day_in_india(p.checked_in_at, p_now))
        ELSE log.explains_staff(p_now, s.staff_id, s.facility_id, a.purpose, a.kind, a.reference, a.subjects, a."isNew")
      END),
  explained AS (
    SELECT * FROM citizens UNION ALL SELECT * FROM staff UNION ALL
    SELECT a.*, e.* FROM asked a, LATERAL log.explain(p_now, a."actorKind", a."signIn", a.service, a.purpose, a.kind,
      a.reference, a.subjects, a."isNew") AS e
    WHERE a."actorKind" IN ('partner', 'system'))
  SELECT array_agg(ROW((e.ordinality - 1)::integer, e.role, e.organisation, e.actor, e.kind, e.reference, e.subjects,
      e."isNew", e."perHour", e."perDay",
      EXISTS (SELECT FROM registry.access_findings f
        WHERE f.actor = e.actor AND f.stops AND f.decision IS DISTINCT FROM 'explained'))::log.explained_request
    ORDER BY e.actor, e.kind) INTO v_all
  FROM explained e;

  -- An actor and kind always has the same limits, so that two round trips take their locks in one order.
  FOR v_group IN
    SELECT g.per_hour, g.per_day, array_agg(g.actor ORDER BY g.actor, g.kind) AS actors,
      array_agg(g.kind ORDER BY g.actor, g.kind) AS kinds, array_agg(g.units ORDER BY g.actor, g.kind) AS units
    FROM (SELECT a.actor, a.kind, a.per_hour, a.per_day, sum(cardinality(a.subjects))::integer AS units FROM unnest(v_all) AS a
      WHERE a.per_day IS NOT NULL AND NOT a.is_stopped AND a.kind <> 'break-glass' GROUP BY 1, 2, 3, 4) AS g
    GROUP BY 1, 2 ORDER BY 1, 2
  LOOP
    v_taken := v_taken || log.take_budgets(p_now, v_group.actors, v_group.kinds, v_group.units, v_group.per_hour, v_group.per_day);
  END LOOP;

  FOREACH v IN ARRAY coalesce(v_all, '{}') LOOP
    place := v.place;
    role := v.role;
    organisation := v.organisation;
    actor := v.actor;
    refusal := NULL;
    turned_away := 0;
    IF v.per_day IS NOT NULL THEN
      IF v.is_stopped THEN
        refusal := 'stopped';
      ELSE
        turned_away := CASE
          WHEN v.kind = 'break-glass' THEN log.take_grant(p_now, v.actor, v.reference, v.subjects[1], v.per_hour, v.per_day)
          WHEN v.actor || ' ' || v.kind = ANY (v_taken) THEN 0
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

-- Of partners and services.
CREATE OR REPLACE FUNCTION log.explain(
  p_now timestamptz, p_actor_kind text, p_sign_in uuid, p_service text, p_purpose text,
  p_kind text, p_reference uuid, p_subjects uuid[], p_is_new boolean
) RETURNS TABLE (role text, organisation text, actor text)
LANGUAGE plpgsql STABLE SET search_path = log, pg_temp AS $$
DECLARE
  v_partner record;
BEGIN
  -- Registration is for people who are nobody yet, so that it never overwrites anybody.
  IF (p_purpose = 'registration') <> p_is_new THEN
    RETURN;
  END IF;
  CASE p_actor_kind
    WHEN 'partner' THEN
      SELECT p.partner_id, p.name INTO v_partner
      FROM registry.partner_keys k JOIN registry.partners p USING (partner_id)
      WHERE k.key_id = p_sign_in AND k.revoked_at IS NULL AND k.expires_at > p_now AND 'records' = ANY (k.scopes);
      IF FOUND AND log.explains_partner(p_now, v_partner.partner_id, p_purpose, p_kind, p_reference, p_subjects) THEN
        RETURN QUERY SELECT 'partner'::text, v_partner.name::text, 'partner:' || v_partner.partner_id;
      END IF;
    WHEN 'system' THEN
      IF p_service = 'erasure' THEN
        IF NOT p_is_new AND p_purpose = 'erasure' AND p_kind = 'erasure-due'
          AND log.explains_erasure(p_now, p_reference, p_subjects) THEN
          RETURN QUERY SELECT 'system:erasure'::text, 'Erasure service'::text, 'system:erasure'::text;
        END IF;
      ELSIF NOT p_is_new AND log.explains_system(p_now, p_service, p_purpose, p_kind, p_reference, p_subjects) THEN
        RETURN QUERY SELECT 'system:' || p_service,
          CASE p_service WHEN 'certificates' THEN 'Certificate service' ELSE 'Message service' END, 'system:' || p_service;
      END IF;
    ELSE
      RETURN;
  END CASE;
END $$;

-- What explains a look at the site besides an appointment.
CREATE OR REPLACE FUNCTION log.explains_at_site(p_now timestamptz, p_staff uuid, p_facility uuid, p_purpose text, p_kind text,
  p_reference uuid, p_subjects uuid[], p_is_new boolean)
RETURNS boolean LANGUAGE plpgsql STABLE SET search_path = log, pg_temp AS $$
DECLARE
  v_account uuid;
BEGIN
  IF p_facility IS NULL OR p_purpose NOT IN ('registration', 'check-in', 'vaccination', 'aefi') THEN
    RETURN false;
  END IF;
  CASE p_kind
    WHEN 'presence-code' THEN
      -- The code went to the phone and came back today, to the same member of staff.
      IF p_purpose NOT IN ('registration', 'check-in') OR NOT EXISTS (
        SELECT FROM registry.otp_challenges c JOIN registry.staff_sign_ins i ON i.sign_in_id = c.staff_sign_in_id
        WHERE c.challenge_id = p_reference AND c.purpose = 'presence' AND i.staff_id = p_staff
          AND log.same_day_in_india(c.consumed_at, p_now)) THEN
        RETURN false;
      END IF;
      IF p_is_new THEN
        RETURN log.all_new(p_subjects);
      END IF;
      SELECT p.account_id INTO v_account
      FROM registry.otp_challenges c JOIN registry.account_phones p USING (phone_index)
      WHERE c.challenge_id = p_reference;
      RETURN v_account IS NOT NULL AND log.all_held_by(v_account, p_subjects);
    WHEN 'facilitated' THEN
      -- Only for an account without a phone, and only on the day it was opened.
      IF p_purpose NOT IN ('registration', 'check-in')
        OR EXISTS (SELECT FROM registry.account_phones p WHERE p.account_id = p_reference)
        OR EXISTS (SELECT FROM registry.accounts a WHERE a.account_id = p_reference
                   AND NOT log.same_day_in_india(a.created_at, p_now)) THEN
        RETURN false;
      END IF;
      RETURN CASE WHEN p_is_new THEN log.all_new(p_subjects) ELSE log.all_held_by(p_reference, p_subjects) END;
    WHEN 'dose-recorded' THEN
      -- An adverse event within 30 days; a correction of the dose on the same day only.
      RETURN p_purpose IN ('aefi', 'vaccination') AND cardinality(p_subjects) = 1 AND EXISTS (
        SELECT FROM registry.vaccinations v
        WHERE v.beneficiary_id = p_subjects[1] AND v.vaccination_id = p_reference AND v.facility_id = p_facility
          AND v.recorded_at BETWEEN p_now - interval '30 days' AND p_now + interval '1 minute'
          AND (p_purpose = 'aefi' OR log.same_day_in_india(v.recorded_at, p_now)));
    ELSE
      RETURN false;
  END CASE;
END $$;

DROP FUNCTION log.explains_citizen;
DROP FUNCTION log.all_active_of;
