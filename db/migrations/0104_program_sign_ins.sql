--! safe
-- A program of the facility acts for a member of staff who signed in with a passkey: a sign-in of its own, opened from that
-- one and ended with it.
ALTER TABLE registry.staff_sign_ins ADD COLUMN opened_by uuid;
COMMENT ON COLUMN registry.staff_sign_ins.opened_by IS 'class=internal; the sign-in from which a program was let in; null for those made with a passkey';
CREATE INDEX staff_sign_ins_by_opener ON registry.staff_sign_ins (opened_by) WHERE opened_by IS NOT NULL;
