--! safe
-- The picture with letters that a sign-in must read before it books, where the installation asks for one. One a sign-in.
CREATE TABLE registry.captchas (
  sign_in_id uuid PRIMARY KEY,
  text_mac bytea NOT NULL,
  tries integer NOT NULL DEFAULT 0,
  expires_at timestamptz NOT NULL
);
CREATE INDEX captchas_by_end ON registry.captchas (expires_at);
COMMENT ON TABLE registry.captchas IS 'class=internal; gone once read rightly, replaced by the next, deleted with the first one made after its end';
COMMENT ON COLUMN registry.captchas.text_mac IS 'class=secret; keyed hash of the letters';
GRANT SELECT, INSERT, UPDATE, DELETE ON registry.captchas TO sakshi_app;
