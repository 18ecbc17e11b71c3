--! safe
-- Consents: a partner asks to see a record, the person answers. The shape is that of ABDM's consent artefact. Who the
-- person is stands nowhere in a request: it is bound when the person grants it, under an id that this consent alone has.
CREATE TABLE registry.consents (
  consent_id uuid PRIMARY KEY,
  partner_id uuid NOT NULL REFERENCES registry.partners,
  request_key uuid NOT NULL,
  code_hash bytea NOT NULL UNIQUE CHECK (octet_length(code_hash) = 32),
  purpose_code text NOT NULL CHECK (purpose_code IN ('CAREMGT', 'PUBHLTH', 'HPAYMT', 'DSRCH', 'PATRQT')),
  hi_types text[] NOT NULL CHECK (hi_types <@ ARRAY['ImmunizationRecord', 'VaccinationStatus'] AND cardinality(hi_types) > 0),
  access_mode text NOT NULL CHECK (access_mode IN ('VIEW', 'STORE', 'QUERY')),
  doses_from date NOT NULL,
  doses_to date NOT NULL CHECK (doses_to >= doses_from),
  erase_at timestamptz NOT NULL,
  frequency_unit text NOT NULL CHECK (frequency_unit IN ('HOUR', 'DAY', 'WEEK', 'MONTH', 'YEAR')),
  frequency_value integer NOT NULL CHECK (frequency_value BETWEEN 1 AND 1000),
  frequency_repeats integer NOT NULL CHECK (frequency_repeats BETWEEN 0 AND 10000),
  created_at timestamptz NOT NULL,
  answer_by timestamptz NOT NULL,
  state text NOT NULL DEFAULT 'REQUESTED' CHECK (state IN ('REQUESTED', 'GRANTED', 'DENIED', 'REVOKED')),
  account_id uuid,
  beneficiary_id uuid,
  pairwise_id uuid UNIQUE,
  signature text,
  answered_at timestamptz,
  revoked_at timestamptz,
  erased_at timestamptz,
  window_ends_at timestamptz,
  used integer NOT NULL DEFAULT 0,
  UNIQUE (partner_id, request_key),
  CHECK ((state IN ('GRANTED', 'REVOKED')) = (beneficiary_id IS NOT NULL)),
  CHECK ((beneficiary_id IS NULL) = (pairwise_id IS NULL) AND (beneficiary_id IS NULL) = (signature IS NULL)),
  CHECK ((state = 'REQUESTED') = (account_id IS NULL)),
  CHECK ((state = 'REVOKED') = (revoked_at IS NOT NULL))
);
CREATE INDEX consents_by_account ON registry.consents (account_id, created_at);
COMMENT ON TABLE registry.consents IS 'class=pseudonymous; what a partner asked for and what the person answered; who the person is lies sealed';
COMMENT ON COLUMN registry.consents.code_hash IS 'class=secret; SHA-256 of the code by which the person finds the request';
COMMENT ON COLUMN registry.consents.pairwise_id IS 'class=pseudonymous; the person''s id towards this partner under this consent, and nowhere else';
COMMENT ON COLUMN registry.consents.used IS 'class=internal; looks in the present window of the frequency, counted by the recorder';
GRANT SELECT, INSERT ON registry.consents TO sakshi_app;
GRANT UPDATE (state, account_id, beneficiary_id, pairwise_id, signature, answered_at, revoked_at, erased_at) ON registry.consents TO sakshi_app;

-- A key may be good for asking for records. Which families there are is a list of the program (partnerScopes).
ALTER TABLE registry.partner_keys DROP CONSTRAINT partner_keys_scopes_check;
ALTER TABLE registry.partner_keys ADD CONSTRAINT partner_keys_scopes_check CHECK (cardinality(scopes) > 0);

-- The consent is in force: granted, not over, by the account that still holds the person, to the partner of this key.
CREATE FUNCTION log.explains_partner(p_now timestamptz, p_partner uuid, p_purpose text, p_kind text, p_reference uuid, p_subjects uuid[])
RETURNS boolean LANGUAGE plpgsql STABLE SET search_path = log, pg_temp AS $$
BEGIN
  RETURN p_kind = 'consent' AND cardinality(p_subjects) = 1 AND EXISTS (
    SELECT FROM registry.consents c JOIN registry.beneficiaries b USING (beneficiary_id, account_id)
    WHERE c.consent_id = p_reference AND c.partner_id = p_partner AND c.beneficiary_id = p_subjects[1]
      AND c.state = 'GRANTED' AND c.erase_at > p_now AND b.state = 'active'
      AND CASE p_purpose
        WHEN 'consented-share' THEN 'ImmunizationRecord' = ANY (c.hi_types)
        WHEN 'consented-status' THEN true
        ELSE false
      END);
END $$;

-- Counts one look under a consent, in windows of its frequency. One row with the dates of the doses that may be shown,
-- or none when the looks of this window are used up or the consent has just ended.
CREATE FUNCTION log.use_consent(p_now timestamptz, p_consent uuid) RETURNS TABLE (doses_from date, doses_to date)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = log, pg_temp AS $$
BEGIN
  RETURN QUERY
  UPDATE registry.consents c
  SET window_ends_at = CASE WHEN c.window_ends_at > p_now THEN c.window_ends_at
        ELSE p_now + c.frequency_value * ('1 ' || c.frequency_unit)::interval END,
      used = CASE WHEN c.window_ends_at > p_now THEN c.used + 1 ELSE 1 END
  WHERE c.consent_id = p_consent AND c.state = 'GRANTED' AND c.erase_at > p_now
    AND (c.window_ends_at IS NULL OR c.window_ends_at <= p_now OR c.used <= c.frequency_repeats)
  RETURNING c.doses_from, c.doses_to;
END $$;

-- As before (0011), with partners.
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
      IF NOT p_is_new AND log.explains_system(p_now, p_service, p_purpose, p_kind, p_reference, p_subjects) THEN
        RETURN QUERY SELECT 'system:' || p_service,
          CASE p_service WHEN 'certificates' THEN 'Certificate service' ELSE 'Message service' END, 'system:' || p_service;
      END IF;
    ELSE
      RETURN;
  END CASE;
END $$;

-- As before (0011): granting a consent is an act of the account that holds the person.
CREATE OR REPLACE FUNCTION log.explains_citizen(p_account uuid, p_purpose text, p_kind text, p_subjects uuid[], p_is_new boolean)
RETURNS boolean LANGUAGE plpgsql STABLE SET search_path = log, pg_temp AS $$
BEGIN
  RETURN p_kind = 'own-sign-in' AND CASE
    WHEN p_is_new THEN log.all_new(p_subjects)
    ELSE p_purpose IN ('own-view', 'own-log', 'own-change', 'consent') AND log.all_held_by(p_account, p_subjects)
  END;
END $$;

REVOKE ALL ON FUNCTION log.explains_partner, log.use_consent FROM PUBLIC;
GRANT EXECUTE ON FUNCTION log.use_consent TO sakshi_recorder;
