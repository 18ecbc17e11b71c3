--! safe
-- Keys get new epochs while the system runs: the opener rewraps people's keys, ends old epochs and erases people.
-- Bucket 0 holds no people: its epochs seal the accountability half of log entries.
ALTER TABLE vault.bucket_keys ADD COLUMN rotate_since timestamptz;
ALTER TABLE vault.bucket_keys ADD COLUMN destroyed_root integer;
COMMENT ON COLUMN vault.bucket_keys.rotate_since IS 'class=internal; since when this epoch waits to be replaced: a person under it was erased, or a rotation was asked for';
COMMENT ON COLUMN vault.bucket_keys.destroyed_root IS 'class=internal; the epoch of the root key that had wrapped it: as long as that lives, a backup still opens this one';
CREATE INDEX bucket_keys_to_rotate ON vault.bucket_keys (rotate_since) WHERE rotate_since IS NOT NULL;

GRANT UPDATE (wrapped, destroyed_at, rotate_since, destroyed_root) ON vault.bucket_keys TO sakshi_opener;
GRANT UPDATE (epoch, wrapped), DELETE ON vault.person_keys TO sakshi_opener;
GRANT DELETE ON vault.records TO sakshi_opener;
