--! safe
-- A code may also prove a number for one answer: how far somebody is vaccinated. The words of purposes stand in
-- src/modules/accounts/types.ts.
ALTER TABLE registry.otp_challenges DROP CONSTRAINT IF EXISTS otp_challenges_purpose_check,
  ADD CONSTRAINT otp_challenges_purpose_check CHECK (purpose ~ '^[a-z-]{1,30}$'),
  ADD COLUMN name_mac bytea;
COMMENT ON COLUMN registry.otp_challenges.name_mac IS 'class=pseudonymous; keyed hash of the name whose status is asked for; null for other codes';
