--! safe
-- A person moves to another number when both numbers say so by a code, or is merged into another registration.
ALTER TABLE registry.otp_challenges DROP CONSTRAINT otp_challenges_purpose_check,
  ADD CONSTRAINT otp_challenges_purpose_check CHECK (purpose ~ '^[a-z-]{1,30}$');
COMMENT ON COLUMN registry.otp_challenges.purpose IS 'what the code proves; the words stand in src/modules/accounts/types.ts';
ALTER TABLE registry.beneficiaries
  ADD COLUMN moved_at timestamptz,
  ADD COLUMN merged_into uuid,
  ADD CHECK (merged_into IS NULL OR state <> 'active');
COMMENT ON COLUMN registry.beneficiaries.moved_at IS 'when the person last came to another number';
