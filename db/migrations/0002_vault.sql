--! safe
-- The vault: everything that identifies a person, sealed. One wrapped key a person, one sealed box a
-- record and version. Only the opener may read here; the application may put boxes in and never look.
CREATE SCHEMA vault;
GRANT USAGE ON SCHEMA vault TO sakshi_opener, sakshi_app;

CREATE TABLE vault.bucket_keys (
  bucket integer NOT NULL,
  epoch integer NOT NULL,
  wrapped bytea,
  created_at timestamptz NOT NULL DEFAULT now(),
  destroyed_at timestamptz,
  PRIMARY KEY (bucket, epoch)
);
COMMENT ON TABLE vault.bucket_keys IS 'class=secret; key-encryption keys of about 10,000 people each, wrapped by the root key';

CREATE TABLE vault.person_keys (
  subject_id uuid PRIMARY KEY,
  bucket integer NOT NULL,
  epoch integer NOT NULL,
  wrapped bytea NOT NULL
);
CREATE INDEX person_keys_by_bucket ON vault.person_keys (bucket, epoch);
COMMENT ON TABLE vault.person_keys IS 'class=secret; one data key a person, wrapped by the bucket key; deleting it erases the person';

CREATE TABLE vault.records (
  subject_id uuid NOT NULL,
  record text NOT NULL CHECK (record ~ '^[a-z]+(/[0-9A-Za-z-]+)?$'),
  version integer NOT NULL CHECK (version > 0),
  box bytea NOT NULL,
  sealed_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (subject_id, record, version)
);
COMMENT ON TABLE vault.records IS 'class=personal,sealed; box = version, key epoch, nonce, ciphertext, tag';

GRANT INSERT ON vault.records TO sakshi_app;
GRANT SELECT, INSERT ON vault.bucket_keys, vault.person_keys TO sakshi_opener;
GRANT SELECT ON vault.records TO sakshi_opener;
