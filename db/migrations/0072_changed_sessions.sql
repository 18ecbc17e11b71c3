--! safe
-- A change names its session, so that in a rush of bookings only the sessions that were booked are read anew.
ALTER TABLE registry.availability_changes ADD COLUMN session_id uuid;
COMMENT ON COLUMN registry.availability_changes.session_id IS 'class=public; null when all sessions of the district are to be read anew';

CREATE OR REPLACE FUNCTION registry.note_place_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO registry.availability_changes (district_id, session_id)
  SELECT s.district_id, s.session_id FROM registry.sessions s WHERE s.session_id = NEW.session_id AND s.status <> 'draft';
  RETURN NULL;
END $$;

CREATE FUNCTION registry.note_session_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO registry.availability_changes (district_id, session_id) VALUES (NEW.district_id, NEW.session_id);
  RETURN NULL;
END $$;
DROP TRIGGER sessions_on_offer ON registry.sessions;
CREATE TRIGGER sessions_on_offer AFTER INSERT OR UPDATE ON registry.sessions FOR EACH ROW
  WHEN (NEW.status <> 'draft') EXECUTE FUNCTION registry.note_session_change();
