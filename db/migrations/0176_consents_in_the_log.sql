--! safe
-- A consent holds only when the recorder has written its grant into the log: the application can write "granted" into its
-- own table, and not here. Each consent's artefact is bound to the entry by the digest that the entry commits to.
CREATE TABLE log.consent_grants (
  digest text NOT NULL,
  beneficiary_id uuid NOT NULL,
  granted_at timestamptz NOT NULL,
  PRIMARY KEY (digest, beneficiary_id)
);
COMMENT ON TABLE log.consent_grants IS 'class=pseudonymous; the artefacts of consents that stand as entries in people''s lists; written by the recorder';

CREATE FUNCTION log.note_consent(p_now timestamptz, p_digest text, p_subject uuid) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = log, pg_temp AS $$
  INSERT INTO log.consent_grants VALUES (p_digest, p_subject, p_now) ON CONFLICT DO NOTHING;
$$;

-- What the entry of a signing commits to (src/lib/certificate/parts-digest.ts), for a JWS and the key that signed it.
CREATE FUNCTION log.digest_of_signing(p_token text, p_key text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = log, pg_temp AS $$
  SELECT rtrim(translate(encode(sha256(convert_to('ES256 ' || p_key || ' '
    || rtrim(translate(encode(sha256(convert_to(split_part(p_token, '.', 1) || '.' || split_part(p_token, '.', 2), 'UTF8')),
      'base64'), '+/', '-_'), '=') || E'\n', 'UTF8')), 'base64'), '+/', '-_'), '=');
$$;

-- The payload of a JWS; null when it is none.
CREATE FUNCTION log.payload_of(p_token text) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE SET search_path = log, pg_temp AS $$
DECLARE
  v_text text := translate(split_part(p_token, '.', 2), '-_', '+/');
BEGIN
  RETURN convert_from(decode(rpad(v_text, length(v_text) + (4 - length(v_text) % 4) % 4, '='), 'base64'), 'UTF8')::jsonb;
EXCEPTION WHEN data_exception THEN
  RETURN NULL;
END $$;

-- The artefact says that it is this consent, to this partner, for the id that only this consent has; and the log says that
-- the account which held the person let it be signed for this person.
CREATE FUNCTION log.is_granted(c registry.consents) RETURNS boolean
LANGUAGE sql STABLE SET search_path = log, pg_temp AS $$
  SELECT p.payload ->> 'consentId' = c.consent_id::text AND p.payload -> 'hiu' ->> 'id' = c.partner_id::text
    AND p.payload -> 'patient' ->> 'id' = c.pairwise_id::text
    AND EXISTS (
      SELECT FROM vault.certificate_keys k JOIN log.consent_grants g ON g.digest = log.digest_of_signing(c.signature, k.key_id)
      WHERE k.algorithm = 'ES256' AND g.beneficiary_id = c.beneficiary_id)
  FROM log.payload_of(c.signature) AS p(payload);
$$;

-- As before (0110), and granted in the log.
CREATE OR REPLACE FUNCTION log.explains_partner(p_now timestamptz, p_partner uuid, p_purpose text, p_kind text, p_reference uuid, p_subjects uuid[])
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
      END
      AND log.is_granted(c));
END $$;

-- An answer is given once, and an end is an end: what was answered is never answered otherwise.
CREATE FUNCTION registry.consents_go_forward() RETURNS trigger
LANGUAGE plpgsql SET search_path = registry, pg_temp AS $$
BEGIN
  IF OLD.state <> 'REQUESTED' AND (
    NOT (NEW.state = OLD.state OR (OLD.state = 'GRANTED' AND NEW.state = 'REVOKED'))
    OR (NEW.account_id, NEW.beneficiary_id, NEW.pairwise_id, NEW.signature)
      IS DISTINCT FROM (OLD.account_id, OLD.beneficiary_id, OLD.pairwise_id, OLD.signature)
  ) THEN
    RAISE EXCEPTION 'a consent that was answered stays as it was answered';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER consents_go_forward BEFORE UPDATE ON registry.consents
  FOR EACH ROW EXECUTE FUNCTION registry.consents_go_forward();

-- Consents from before this migration were granted in the log as well; which entry each is, nothing said until now.
INSERT INTO log.consent_grants (digest, beneficiary_id, granted_at)
SELECT log.digest_of_signing(c.signature, k.key_id), c.beneficiary_id, c.answered_at
FROM registry.consents c CROSS JOIN vault.certificate_keys k
WHERE c.signature IS NOT NULL AND k.algorithm = 'ES256';

REVOKE ALL ON FUNCTION log.note_consent, log.digest_of_signing, log.payload_of, log.is_granted FROM PUBLIC;
GRANT EXECUTE ON FUNCTION log.note_consent TO sakshi_recorder;
