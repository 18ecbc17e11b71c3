--! safe
-- Devices from which a number was signed in with: they keep some codes of their own when somebody else has asked for all
-- of the number's. Both sides are keyed hashes.
CREATE TABLE registry.known_devices (
  phone_index bytea NOT NULL,
  device_hash bytea NOT NULL,
  seen_at timestamptz NOT NULL,
  PRIMARY KEY (phone_index, device_hash)
);
COMMENT ON TABLE registry.known_devices IS 'class=pseudonymous; from which devices a number was signed in with; gone 400 days after the last time';
GRANT SELECT, INSERT, UPDATE, DELETE ON registry.known_devices TO sakshi_app;
