--! safe
-- Verifiers believe the list that the vault signs, and the vault believes these rows: a place that is taken stays where it
-- is, and what is revoked stays revoked, whoever writes.
CREATE FUNCTION registry.keep_status_place() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a place of a status list is revoked once and for ever' USING ERRCODE = 'integrity_constraint_violation';
END $$;
REVOKE ALL ON FUNCTION registry.keep_status_place FROM PUBLIC;
CREATE TRIGGER revoked_once BEFORE UPDATE ON registry.status_places FOR EACH ROW
  WHEN (OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS DISTINCT FROM OLD.revoked_at
    OR (NEW.list_number, NEW.status_index) <> (OLD.list_number, OLD.status_index))
  EXECUTE FUNCTION registry.keep_status_place();
CREATE TRIGGER place_kept BEFORE DELETE ON registry.status_places FOR EACH ROW EXECUTE FUNCTION registry.keep_status_place();
CREATE TRIGGER places_kept BEFORE TRUNCATE ON registry.status_places EXECUTE FUNCTION registry.keep_status_place();
REVOKE UPDATE ON registry.status_lists, registry.status_places FROM sakshi_app;
GRANT UPDATE (taken) ON registry.status_lists TO sakshi_app;
GRANT UPDATE (revoked_at) ON registry.status_places TO sakshi_app;
