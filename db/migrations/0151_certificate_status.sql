--! breaking
-- Certificates come again after a correction: a dose has one in force and any number of revoked ones. Each has a random
-- place in a status list, the signed file by which everybody can tell which are revoked.
ALTER TABLE registry.certificates DROP CONSTRAINT certificates_beneficiary_id_vaccination_id_key;
CREATE UNIQUE INDEX one_valid_certificate ON registry.certificates (beneficiary_id, vaccination_id) WHERE status = 'valid';
ALTER TABLE registry.certificates ADD COLUMN status_list integer, ADD COLUMN status_index integer,
  ADD CHECK ((status_list IS NULL) = (status_index IS NULL));
COMMENT ON COLUMN registry.certificates.status_index IS 'null: issued before there were status lists';

CREATE TABLE registry.status_lists (
  list_number integer PRIMARY KEY CHECK (list_number > 0),
  taken integer NOT NULL DEFAULT 0,
  opened_at timestamptz NOT NULL,
  published_at timestamptz,
  token text
);
COMMENT ON TABLE registry.status_lists IS 'class=public; token is the signed list as everybody downloads it';
CREATE TABLE registry.status_places (
  list_number integer NOT NULL REFERENCES registry.status_lists,
  status_index integer NOT NULL CHECK (status_index BETWEEN 0 AND 131071),
  revoked_at timestamptz,
  PRIMARY KEY (list_number, status_index)
);
CREATE INDEX status_places_revoked ON registry.status_places (list_number) WHERE revoked_at IS NOT NULL;
COMMENT ON TABLE registry.status_places IS 'class=public; names no person and no certificate';
GRANT SELECT, INSERT, UPDATE ON registry.status_lists, registry.status_places TO sakshi_app;

-- A free place, at random, in the newest list; a new list is begun when half of one is taken, so that neighbours say
-- nothing and a free place is found at once.
CREATE FUNCTION registry.take_status_place(p_now timestamptz) RETURNS TABLE (list_number integer, status_index integer)
LANGUAGE plpgsql SET search_path = registry, pg_temp AS $$
#variable_conflict use_column
DECLARE
  v_list integer;
  v_index integer;
BEGIN
  LOOP
    UPDATE status_lists SET taken = taken + 1
    WHERE list_number = (SELECT max(l.list_number) FROM status_lists l) AND taken < 65536
    RETURNING list_number INTO v_list;
    EXIT WHEN FOUND;
    INSERT INTO status_lists (list_number, opened_at)
    SELECT coalesce(max(l.list_number), 0) + 1, p_now FROM status_lists l ON CONFLICT DO NOTHING;
  END LOOP;
  LOOP
    v_index := floor(random() * 131072);
    INSERT INTO status_places (list_number, status_index) VALUES (v_list, v_index) ON CONFLICT DO NOTHING;
    EXIT WHEN FOUND;
  END LOOP;
  RETURN QUERY SELECT v_list, v_index;
END $$;
REVOKE ALL ON FUNCTION registry.take_status_place FROM PUBLIC;
GRANT EXECUTE ON FUNCTION registry.take_status_place TO sakshi_app;

-- How often the person was corrected: a certificate made from an earlier reading is not put in force.
ALTER TABLE registry.beneficiaries ADD COLUMN corrections integer NOT NULL DEFAULT 0;
