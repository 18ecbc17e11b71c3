--! safe
-- A key that was stolen signs nothing any more and is believed by nobody, whatever the date on a paper; and the
-- certificates that it signed are made anew, person after person.
ALTER TABLE vault.certificate_keys ADD COLUMN revoked_at timestamptz;
COMMENT ON COLUMN vault.certificate_keys.revoked_at IS 'class=internal; since when the key counts as stolen';
GRANT UPDATE (revoked_at) ON vault.certificate_keys TO sakshi_opener;
CREATE FUNCTION vault.keep_revoked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a key is revoked once and for ever' USING ERRCODE = 'integrity_constraint_violation';
END $$;
REVOKE ALL ON FUNCTION vault.keep_revoked FROM PUBLIC;
CREATE TRIGGER revoked_once BEFORE UPDATE ON vault.certificate_keys FOR EACH ROW
  WHEN (OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS DISTINCT FROM OLD.revoked_at) EXECUTE FUNCTION vault.keep_revoked();

CREATE TABLE registry.reissues (
  reissue_id uuid PRIMARY KEY,
  key_id text NOT NULL UNIQUE,
  -- What was issued from here to there bears the key's signature.
  signed_from timestamptz NOT NULL,
  revoked_at timestamptz NOT NULL,
  holders integer NOT NULL,
  -- How far it is: everybody up to this id.
  after_id uuid,
  reissued integer NOT NULL DEFAULT 0,
  left_out integer NOT NULL DEFAULT 0,
  done_at timestamptz
);
COMMENT ON TABLE registry.reissues IS 'class=internal; after a stolen key: whose certificates are made anew, and how far it is';
GRANT SELECT, INSERT, UPDATE ON registry.reissues TO sakshi_app;

-- The certificate service for whoever still holds such a certificate; the notice for whoever held one until lately.
CREATE FUNCTION log.explains_reissue(p_now timestamptz, p_service text, p_purpose text, p_reference uuid, p_subjects uuid[])
RETURNS boolean LANGUAGE sql STABLE SET search_path = registry, log, pg_temp AS $$
  SELECT cardinality(p_subjects) = 1 AND EXISTS (
    SELECT FROM registry.reissues r JOIN registry.certificates c
      ON c.beneficiary_id = p_subjects[1] AND c.issued_at BETWEEN r.signed_from AND r.revoked_at
    WHERE r.reissue_id = p_reference AND (
      (p_service = 'certificates' AND p_purpose = 'certificate' AND c.status = 'valid')
      OR (p_service = 'messages' AND p_purpose = 'notice'
        AND c.revoked_at BETWEEN p_now - interval '30 days' AND p_now + interval '1 minute')));
$$;

CREATE OR REPLACE FUNCTION log.explains_system(p_now timestamptz, p_service text, p_purpose text, p_kind text, p_reference uuid, p_subjects uuid[])
RETURNS boolean LANGUAGE plpgsql STABLE SET search_path = log, pg_temp AS $$
BEGIN
  RETURN CASE p_kind
    WHEN 'access-notice' THEN log.explains_access_notice(p_now, p_service, p_purpose, p_reference, p_subjects)
    WHEN 'ticket' THEN log.explains_ticket_service(p_now, p_service, p_purpose, p_reference, p_subjects)
    WHEN 'inquiry' THEN log.explains_inquiry_notice(p_now, p_service, p_purpose, p_reference, p_subjects)
    WHEN 'key-revoked' THEN log.explains_reissue(p_now, p_service, p_purpose, p_reference, p_subjects)
    ELSE log.explains_service(p_now, p_service, p_purpose, p_kind, p_reference, p_subjects)
  END;
END $$;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA log FROM PUBLIC;
