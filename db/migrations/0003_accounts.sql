--! safe
-- Accounts: whoever holds a phone. The phone itself is never stored here, only a keyed blind index of it.
CREATE TABLE registry.accounts (
  account_id uuid PRIMARY KEY,
  members integer NOT NULL DEFAULT 0 CHECK (members BETWEEN 0 AND 6),
  locale text NOT NULL DEFAULT 'en',
  created_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE registry.accounts IS 'class=internal; one per mobile number, or per facilitated person without one';

-- Registry table keyed by the value, so that the phone is unique whatever the home key of accounts.
CREATE TABLE registry.account_phones (
  phone_index bytea PRIMARY KEY CHECK (octet_length(phone_index) = 16),
  account_id uuid NOT NULL
);
COMMENT ON COLUMN registry.account_phones.phone_index IS 'class=personal,pseudonym; keyed blind index made in the vault, 128 bits';

CREATE TABLE registry.otp_challenges (
  challenge_id uuid PRIMARY KEY,
  phone_index bytea NOT NULL,
  purpose text NOT NULL CHECK (purpose IN ('sign-in', 'presence')),
  code_mac bytea NOT NULL,
  contact_box bytea NOT NULL,
  staff_sign_in_id uuid,
  tries integer NOT NULL DEFAULT 0 CHECK (tries <= 3),
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  consumed_at timestamptz
);
CREATE INDEX otp_challenges_by_phone ON registry.otp_challenges (phone_index, created_at DESC);
COMMENT ON COLUMN registry.otp_challenges.contact_box IS 'class=personal,sealed; the number as typed, sealed for transit for ten minutes or one sign-in';

CREATE TABLE registry.sign_ins (
  sign_in_id uuid PRIMARY KEY,
  token_hash bytea NOT NULL UNIQUE,
  account_id uuid NOT NULL,
  contact_box bytea NOT NULL,
  created_at timestamptz NOT NULL,
  last_seen_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  ended_at timestamptz
);
CREATE INDEX sign_ins_by_account ON registry.sign_ins (account_id);

-- Counters for limits by number, address and device; keys are hashed before they come here.
CREATE TABLE registry.rate_limits (
  key bytea PRIMARY KEY,
  window_started_at timestamptz NOT NULL,
  used integer NOT NULL
);

CREATE TABLE registry.beneficiaries (
  beneficiary_id uuid PRIMARY KEY,
  account_id uuid NOT NULL,
  reference_id bigint NOT NULL,
  registered_by text NOT NULL CHECK (registered_by IN ('self', 'walk-in', 'facilitated')),
  state text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'removed', 'erased')),
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX beneficiaries_by_account ON registry.beneficiaries (account_id, created_at);
COMMENT ON TABLE registry.beneficiaries IS 'class=internal, pseudonymous; who it is lies sealed in vault.records';

CREATE TABLE registry.beneficiary_references (
  reference_id bigint PRIMARY KEY CHECK (reference_id BETWEEN 10000000000000 AND 99999999999999),
  beneficiary_id uuid NOT NULL
);

GRANT SELECT, INSERT, UPDATE ON registry.accounts, registry.account_phones, registry.otp_challenges,
  registry.sign_ins, registry.rate_limits, registry.beneficiaries, registry.beneficiary_references TO sakshi_app;
GRANT DELETE ON registry.otp_challenges, registry.rate_limits TO sakshi_app;
