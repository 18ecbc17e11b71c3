--! safe
-- Partners: programs of others that speak our API under a name. A key says who asks; it opens nobody's record.
CREATE TABLE registry.partners (
  partner_id uuid PRIMARY KEY,
  name text NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 120),
  requests_a_minute integer NOT NULL CHECK (requests_a_minute > 0),
  created_at timestamptz NOT NULL
);
COMMENT ON TABLE registry.partners IS 'class=internal; organisations whose programs use the API';

-- A partner has several keys while it changes from one to the next. Keys are random and long; their hash is enough.
CREATE TABLE registry.partner_keys (
  key_id uuid PRIMARY KEY,
  key_hash bytea NOT NULL UNIQUE CHECK (octet_length(key_hash) = 32),
  partner_id uuid NOT NULL REFERENCES registry.partners,
  scopes text[] NOT NULL CHECK (scopes <@ ARRAY['protected', 'vaccinator'] AND cardinality(scopes) > 0),
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  revoked_at timestamptz
);
CREATE INDEX partner_keys_by_partner ON registry.partner_keys (partner_id);
COMMENT ON COLUMN registry.partner_keys.key_hash IS 'class=secret; SHA-256 of a random key of 240 bits, which is shown once and stored nowhere';
GRANT SELECT, INSERT ON registry.partners, registry.partner_keys TO sakshi_app;
GRANT UPDATE (revoked_at) ON registry.partner_keys TO sakshi_app;
