--! safe
-- An enrolment link for somebody who has a passkey already replaces it: whoever uses the link locks the holder out,
-- who then notices, instead of acting beside them under their name.
ALTER TABLE registry.passkeys ADD COLUMN retired_at timestamptz;
