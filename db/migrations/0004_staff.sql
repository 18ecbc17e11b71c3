--! safe
-- Staff: who may act for the programme, where, and the passkeys they sign in with. There are no passwords.
CREATE TABLE registry.staff (
  staff_id uuid PRIMARY KEY,
  display_name text NOT NULL CHECK (length(display_name) BETWEEN 1 AND 100),
  role text NOT NULL CHECK (role IN ('verifier', 'vaccinator', 'facility-admin', 'district-admin', 'state-admin', 'national-admin', 'privacy-officer')),
  state_id integer REFERENCES registry.states,
  district_id integer REFERENCES registry.districts,
  facility_id uuid REFERENCES registry.facilities,
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by uuid,
  removed_at timestamptz,
  CHECK (role NOT IN ('verifier', 'vaccinator', 'facility-admin') OR facility_id IS NOT NULL),
  CHECK (role <> 'district-admin' OR district_id IS NOT NULL),
  CHECK (role <> 'state-admin' OR state_id IS NOT NULL)
);
COMMENT ON TABLE registry.staff IS 'class=internal; the jurisdiction columns above the role''s own level are filled too (a vaccinator has facility, district and state)';
CREATE INDEX staff_by_facility ON registry.staff (facility_id);

CREATE TABLE registry.staff_invitations (
  token_hash bytea PRIMARY KEY,
  staff_id uuid NOT NULL REFERENCES registry.staff,
  invited_by uuid,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  used_at timestamptz
);

CREATE TABLE registry.passkeys (
  credential_id text PRIMARY KEY,
  staff_id uuid NOT NULL REFERENCES registry.staff,
  public_key bytea NOT NULL,
  sign_count bigint NOT NULL,
  transports text[] NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL,
  last_used_at timestamptz
);
CREATE INDEX passkeys_by_staff ON registry.passkeys (staff_id);

CREATE TABLE registry.passkey_challenges (
  challenge_id uuid PRIMARY KEY,
  challenge text NOT NULL,
  invitation_hash bytea,
  expires_at timestamptz NOT NULL,
  used_at timestamptz
);

CREATE TABLE registry.staff_sign_ins (
  sign_in_id uuid PRIMARY KEY,
  token_hash bytea NOT NULL UNIQUE,
  staff_id uuid NOT NULL REFERENCES registry.staff,
  created_at timestamptz NOT NULL,
  last_seen_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  ended_at timestamptz
);
CREATE INDEX staff_sign_ins_by_staff ON registry.staff_sign_ins (staff_id);

GRANT SELECT, INSERT, UPDATE ON registry.staff, registry.staff_invitations, registry.passkeys,
  registry.passkey_challenges, registry.staff_sign_ins TO sakshi_app;
GRANT DELETE ON registry.passkey_challenges TO sakshi_app;
