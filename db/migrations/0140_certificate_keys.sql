--! safe
-- Certificates are signed by keys that the opener makes, keeps wrapped by the root key and renews by itself.
CREATE TABLE vault.certificate_keys (
  key_id text PRIMARY KEY CHECK (key_id ~ '^[0-9a-f]{16}$'),
  algorithm text NOT NULL CHECK (algorithm IN ('ES256', 'EdDSA')),
  public_key bytea NOT NULL,
  wrapped bytea NOT NULL,
  x509 bytea,
  signs_from timestamptz,
  created_at timestamptz NOT NULL
);
COMMENT ON TABLE vault.certificate_keys IS 'class=secret; private keys wrapped by the root key; the newest begun one of an algorithm signs, all verify';
GRANT SELECT, INSERT ON vault.certificate_keys TO sakshi_opener;

-- What the opener signs as a status list: read here and not told by the application, and no more than this is seen.
CREATE FUNCTION vault.revoked_places(p_list integer) RETURNS SETOF integer
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = registry, pg_temp AS $$
BEGIN
  RETURN QUERY SELECT status_index FROM status_places WHERE list_number = p_list AND revoked_at IS NOT NULL;
END $$;
REVOKE ALL ON FUNCTION vault.revoked_places FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vault.revoked_places TO sakshi_opener;
