--! safe
-- A person's own request to be erased, taken back or carried out. It waits for two things: fourteen days in which it can
-- be taken back, and one year after the last processing (Digital Personal Data Protection Rules 2025, rule 8(3)).
CREATE TABLE registry.erasures (
  erasure_id uuid PRIMARY KEY,
  beneficiary_id uuid NOT NULL,
  -- "asked" by the account; "removed" when a person was taken off an account.
  cause text NOT NULL CHECK (cause IN ('asked', 'removed')),
  asked_at timestamptz NOT NULL,
  undone_at timestamptz,
  done_at timestamptz,
  CHECK (undone_at IS NULL OR done_at IS NULL)
);
CREATE UNIQUE INDEX one_waiting_erasure ON registry.erasures (beneficiary_id) WHERE undone_at IS NULL AND done_at IS NULL;
COMMENT ON TABLE registry.erasures IS 'class=internal, pseudonymous; who asked to be erased when, and what became of it';
GRANT SELECT, INSERT, UPDATE (undone_at, done_at) ON registry.erasures TO sakshi_app;

-- The last time the programme did something with a person: registered, booked, vaccinated, issued, noted, corrected.
-- Looks do not count: their log outlives the person by itself.
CREATE FUNCTION registry.last_processed_at(p_beneficiary uuid) RETURNS timestamptz
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = registry, vault, pg_temp AS $$
BEGIN
  RETURN greatest(
    (SELECT b.created_at FROM beneficiaries b WHERE b.beneficiary_id = p_beneficiary),
    (SELECT max(greatest(a.booked_at, a.checked_in_at, a.ended_at)) FROM appointments a WHERE a.beneficiary_id = p_beneficiary),
    (SELECT max(greatest(v.recorded_at, v.voided_at)) FROM vaccinations v WHERE v.beneficiary_id = p_beneficiary),
    (SELECT max(r.sealed_at) FROM records r WHERE r.subject_id = p_beneficiary));
END $$;
-- When a request made then is carried out, as things stand now.
CREATE FUNCTION registry.erasure_due_at(p_asked_at timestamptz, p_beneficiary uuid) RETURNS timestamptz
LANGUAGE plpgsql STABLE SET search_path = registry, pg_temp AS $$
BEGIN
  RETURN greatest(p_asked_at + interval '14 days', registry.last_processed_at(p_beneficiary) + interval '1 year');
END $$;
-- A random id, and whether it still has a key: so that an erasure that was interrupted is known to be done.
CREATE FUNCTION vault.has_key(p_subject uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = vault, pg_temp AS $$
BEGIN
  RETURN EXISTS (SELECT FROM person_keys k WHERE k.subject_id = p_subject);
END $$;
REVOKE ALL ON FUNCTION registry.last_processed_at, registry.erasure_due_at, vault.has_key FROM PUBLIC;
GRANT EXECUTE ON FUNCTION registry.last_processed_at, registry.erasure_due_at, vault.has_key TO sakshi_app;

-- The recorder asks the tables, not the caller, whether a person is to be erased today.
CREATE FUNCTION log.explains_erasure(p_now timestamptz, p_reference uuid, p_subjects uuid[]) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = registry, pg_temp AS $$
BEGIN
  RETURN cardinality(p_subjects) = 1 AND EXISTS (
    SELECT FROM erasures e
    WHERE e.erasure_id = p_reference AND e.beneficiary_id = p_subjects[1] AND e.undone_at IS NULL AND e.done_at IS NULL
      AND registry.erasure_due_at(e.asked_at, e.beneficiary_id) <= p_now);
END $$;
REVOKE ALL ON FUNCTION log.explains_erasure FROM PUBLIC;

-- As in 0110, and the erasure service.
CREATE OR REPLACE FUNCTION log.explain(
  p_now timestamptz, p_actor_kind text, p_sign_in uuid, p_service text, p_purpose text,
  p_kind text, p_reference uuid, p_subjects uuid[], p_is_new boolean
) RETURNS TABLE (role text, organisation text, actor text)
LANGUAGE plpgsql STABLE SET search_path = log, pg_temp AS $$
DECLARE
  v_account uuid;
  v_staff record;
  v_partner record;
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
