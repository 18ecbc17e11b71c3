--! safe
-- Explanations: the recorder asks the database, not the caller, whether a look at a person is right now.
-- One row with role, organisation and actor when it is; no row when it is not.
CREATE FUNCTION log.same_day_in_india(a timestamptz, b timestamptz) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
  SELECT (a AT TIME ZONE 'Asia/Kolkata')::date = (b AT TIME ZONE 'Asia/Kolkata')::date;
$$;

-- Nobody is registered under these ids, and nothing is sealed under them.
CREATE FUNCTION log.all_new(p_subjects uuid[]) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = registry, vault, pg_temp AS $$
BEGIN
  RETURN NOT EXISTS (SELECT FROM registry.beneficiaries b WHERE b.beneficiary_id = ANY (p_subjects))
     AND NOT EXISTS (SELECT FROM vault.records r WHERE r.subject_id = ANY (p_subjects));
END $$;

-- Each of these people belongs to the account.
CREATE FUNCTION log.all_held_by(p_account uuid, p_subjects uuid[]) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = registry, pg_temp AS $$
BEGIN
  RETURN (SELECT count(*) = cardinality(p_subjects) FROM registry.beneficiaries b
    WHERE b.beneficiary_id = ANY (p_subjects) AND b.account_id = p_account AND b.state <> 'erased');
END $$;

CREATE FUNCTION log.explains_citizen(p_account uuid, p_purpose text, p_kind text, p_subjects uuid[], p_is_new boolean)
RETURNS boolean LANGUAGE plpgsql STABLE SET search_path = log, pg_temp AS $$
BEGIN
  RETURN p_kind = 'own-sign-in' AND CASE
    WHEN p_is_new THEN log.all_new(p_subjects)
    ELSE p_purpose IN ('own-view', 'own-log', 'own-change') AND log.all_held_by(p_account, p_subjects)
  END;
END $$;

-- Staff: the person is here today. p_staff and p_facility come from the sign-in, never from the caller.
CREATE FUNCTION log.explains_staff(p_now timestamptz, p_staff uuid, p_facility uuid, p_purpose text, p_kind text,
  p_reference uuid, p_subjects uuid[], p_is_new boolean)
RETURNS boolean LANGUAGE plpgsql STABLE SET search_path = log, pg_temp AS $$
DECLARE
  v_account uuid;
BEGIN
  IF p_facility IS NULL OR p_purpose NOT IN ('registration', 'check-in', 'vaccination', 'aefi') THEN
    RETURN false;
  END IF;
  CASE p_kind
    WHEN 'appointment-here' THEN
      RETURN p_purpose <> 'registration' AND (
        SELECT count(DISTINCT a.beneficiary_id) = cardinality(p_subjects)
        FROM registry.appointments a JOIN registry.sessions s USING (session_id)
        WHERE a.appointment_id = p_reference AND a.beneficiary_id = ANY (p_subjects) AND s.facility_id = p_facility
          AND a.status IN ('checked-in', 'completed') AND log.same_day_in_india(a.checked_in_at, p_now));
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

CREATE FUNCTION log.explains_system(p_now timestamptz, p_service text, p_purpose text, p_kind text, p_reference uuid, p_subjects uuid[])
RETURNS boolean LANGUAGE plpgsql STABLE SET search_path = log, pg_temp AS $$
BEGIN
  RETURN (p_service, p_purpose) IN (('certificates', 'certificate'), ('messages', 'notice'))
    AND cardinality(p_subjects) = 1
    AND CASE p_kind
      WHEN 'dose-recorded' THEN EXISTS (
        SELECT FROM registry.vaccinations v
        WHERE v.beneficiary_id = p_subjects[1] AND v.vaccination_id = p_reference
          AND v.recorded_at BETWEEN p_now - interval '30 days' AND p_now + interval '1 minute')
      WHEN 'appointment-changed' THEN p_service = 'messages' AND EXISTS (
        SELECT FROM registry.appointments a JOIN registry.sessions s USING (session_id)
        WHERE a.appointment_id = p_reference AND a.beneficiary_id = p_subjects[1]
          AND (s.held_on >= (p_now AT TIME ZONE 'Asia/Kolkata')::date
            OR coalesce(a.ended_at, a.checked_in_at, a.booked_at) > p_now - interval '30 days'))
      ELSE false
    END;
END $$;

CREATE FUNCTION log.explain(
  p_now timestamptz, p_actor_kind text, p_sign_in uuid, p_service text, p_purpose text,
  p_kind text, p_reference uuid, p_subjects uuid[], p_is_new boolean
) RETURNS TABLE (role text, organisation text, actor text)
LANGUAGE plpgsql STABLE SET search_path = log, pg_temp AS $$
DECLARE
  v_account uuid;
  v_staff record;
BEGIN
  -- Registration is for people who are nobody yet, so that it never overwrites anybody.
  IF (p_purpose = 'registration') <> p_is_new THEN
    RETURN;
  END IF;
  CASE p_actor_kind
    WHEN 'citizen' THEN
      SELECT i.account_id INTO v_account FROM registry.sign_ins i
      WHERE i.sign_in_id = p_sign_in AND i.ended_at IS NULL AND i.expires_at > p_now;
      IF FOUND AND log.explains_citizen(v_account, p_purpose, p_kind, p_subjects, p_is_new) THEN
        RETURN QUERY SELECT 'citizen'::text, 'Account holder'::text, 'account:' || v_account;
      END IF;
    WHEN 'staff' THEN
      SELECT s.staff_id, s.role, s.facility_id,
        coalesce(f.name, d.name || ' district', st.name, 'National programme') AS organisation INTO v_staff
      FROM registry.staff_sign_ins i JOIN registry.staff s USING (staff_id)
      LEFT JOIN registry.facilities f ON f.facility_id = s.facility_id
      LEFT JOIN registry.districts d ON d.district_id = s.district_id
      LEFT JOIN registry.states st ON st.state_id = s.state_id
      WHERE i.sign_in_id = p_sign_in AND i.ended_at IS NULL AND i.expires_at > p_now AND s.removed_at IS NULL;
      IF FOUND AND log.explains_staff(p_now, v_staff.staff_id, v_staff.facility_id, p_purpose, p_kind, p_reference,
        p_subjects, p_is_new) THEN
        RETURN QUERY SELECT v_staff.role::text, v_staff.organisation::text, 'staff:' || v_staff.staff_id;
      END IF;
    WHEN 'system' THEN
      IF NOT p_is_new AND log.explains_system(p_now, p_service, p_purpose, p_kind, p_reference, p_subjects) THEN
        RETURN QUERY SELECT 'system:' || p_service,
          CASE p_service WHEN 'certificates' THEN 'Certificate service' ELSE 'Message service' END, 'system:' || p_service;
      END IF;
    ELSE
      RETURN;
  END CASE;
END $$;

-- Many requests in one round trip: an answer for each that is explained, with its place in the list (from 0).
CREATE FUNCTION log.explain_all(p_now timestamptz, p_requests jsonb)
RETURNS TABLE (place integer, role text, organisation text, actor text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = log, pg_temp AS $$
BEGIN
  RETURN QUERY
  SELECT (asked.ordinality - 1)::integer, e.role, e.organisation, e.actor
  FROM ROWS FROM (jsonb_to_recordset(p_requests) AS (
    "actorKind" text, "signIn" uuid, service text, purpose text, kind text, reference uuid, subjects uuid[], "isNew" boolean
  )) WITH ORDINALITY AS asked, LATERAL log.explain(p_now, asked."actorKind", asked."signIn", asked.service, asked.purpose,
    asked.kind, asked.reference, asked.subjects, asked."isNew") AS e;
END $$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA log FROM PUBLIC;
GRANT EXECUTE ON FUNCTION log.explain_all TO sakshi_recorder;
