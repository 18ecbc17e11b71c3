--! safe
-- Which districts' offers changed, so that search answers can be kept in memory and renewed when bookings change.
-- One short row for each change, inserted in the transaction that makes it: rows meet no lock of each other, as one
-- counter for each district would. A reader asks for all rows from its last snapshot on and misses none.
CREATE TABLE registry.availability_changes (
  change_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  district_id integer NOT NULL,
  xact xid8 NOT NULL DEFAULT pg_current_xact_id(),
  changed_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX availability_changes_by_xact ON registry.availability_changes (xact);
COMMENT ON TABLE registry.availability_changes IS 'class=internal; that something on offer in a district changed; kept for minutes';
GRANT SELECT, INSERT, DELETE ON registry.availability_changes TO sakshi_app;

-- Places sold or given back online. Those for people who walk in are on nobody's list.
CREATE FUNCTION registry.note_place_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO registry.availability_changes (district_id)
  SELECT s.district_id FROM registry.sessions s WHERE s.session_id = NEW.session_id AND s.status <> 'draft';
  RETURN NULL;
END $$;
CREATE TRIGGER places_on_offer AFTER UPDATE OF taken, capacity ON registry.places FOR EACH ROW
  WHEN (NEW.pool <> 'walk-in' AND (OLD.taken, OLD.capacity) IS DISTINCT FROM (NEW.taken, NEW.capacity))
  EXECUTE FUNCTION registry.note_place_change();
CREATE TRIGGER places_added AFTER INSERT ON registry.places FOR EACH ROW
  WHEN (NEW.pool <> 'walk-in') EXECUTE FUNCTION registry.note_place_change();

CREATE FUNCTION registry.note_district_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO registry.availability_changes (district_id) VALUES (NEW.district_id);
  IF TG_OP = 'UPDATE' AND OLD.district_id <> NEW.district_id THEN
    INSERT INTO registry.availability_changes (district_id) VALUES (OLD.district_id);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER sessions_on_offer AFTER INSERT OR UPDATE ON registry.sessions FOR EACH ROW
  WHEN (NEW.status <> 'draft') EXECUTE FUNCTION registry.note_district_change();
CREATE TRIGGER facilities_on_offer AFTER UPDATE ON registry.facilities FOR EACH ROW
  EXECUTE FUNCTION registry.note_district_change();
