--! safe
-- The disclosure log: who saw or changed what of whom, and why. Insert-only; written by one function only.
-- Nothing here is readable without keys: leaves are salted commitments, entries are sealed, people are pseudonyms.
CREATE SCHEMA log;
GRANT USAGE ON SCHEMA log TO sakshi_recorder, sakshi_opener, sakshi_publisher, sakshi_auditor;

-- kind: 1 disclosure, 2 change, 3 miss (refused, or nobody there). A miss names no subject.
CREATE TABLE log.entries (
  index bigint PRIMARY KEY CHECK (index >= 0),
  leaf bytea NOT NULL CHECK (octet_length(leaf) = 66),
  kind smallint NOT NULL CHECK (kind IN (1, 2, 3)),
  subject_pseudonym bytea CHECK (octet_length(subject_pseudonym) = 16),
  counter bigint CHECK (counter >= 0),
  actor_pseudonym bytea NOT NULL CHECK (octet_length(actor_pseudonym) = 16),
  sealed_subject bytea,
  sealed_accountability bytea NOT NULL,
  request_id uuid NOT NULL,
  recorded_at timestamptz NOT NULL,
  CHECK ((kind = 3) = (subject_pseudonym IS NULL)),
  CHECK ((kind = 3) = (counter IS NULL)),
  CHECK ((kind = 3) = (sealed_subject IS NULL))
);
CREATE UNIQUE INDEX entries_by_subject ON log.entries (subject_pseudonym, counter) WHERE subject_pseudonym IS NOT NULL;
CREATE INDEX entries_by_actor ON log.entries (actor_pseudonym, index);
COMMENT ON TABLE log.entries IS 'class=personal,sealed; one row an entry of the disclosure log, never changed; leaf is public';

-- Size, root and frontier (compact range) of the tree: the only row that changes, and only together with entries.
CREATE TABLE log.head (
  id smallint PRIMARY KEY CHECK (id = 1),
  size bigint NOT NULL CHECK (size >= 0),
  root bytea NOT NULL CHECK (octet_length(root) = 32),
  frontier bytea NOT NULL CHECK (octet_length(frontier) % 32 = 0),
  updated_at timestamptz NOT NULL
);
INSERT INTO log.head VALUES (1, 0, sha256(''::bytea), ''::bytea, now());
COMMENT ON TABLE log.head IS 'class=public; size and Merkle root of the disclosure log';

CREATE FUNCTION log.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the disclosure log is insert-only' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER entries_are_never_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON log.entries
  FOR EACH STATEMENT EXECUTE FUNCTION log.refuse_change();
CREATE TRIGGER head_is_never_removed BEFORE DELETE OR TRUNCATE ON log.head
  FOR EACH STATEMENT EXECUTE FUNCTION log.refuse_change();

CREATE FUNCTION log.current_head() RETURNS TABLE (size bigint, root bytea, frontier bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = log, pg_temp AS $$
  SELECT h.size, h.root, h.frontier FROM log.head h WHERE h.id = 1;
$$;

-- The next counter of each pseudonym, in the order asked.
CREATE FUNCTION log.next_counters(p_pseudonyms bytea[]) RETURNS TABLE (counter bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = log, pg_temp AS $$
  SELECT coalesce((SELECT max(e.counter) + 1 FROM log.entries e WHERE e.subject_pseudonym = p.pseudonym), 0)
  FROM unnest(p_pseudonyms) WITH ORDINALITY AS p (pseudonym, position)
  ORDER BY p.position;
$$;

-- The only way to write the log. p_expected is the fence: a second sequencer, or one that fell behind, is refused.
-- p_rows packs equal rows: leaf 66 | subject pseudonym 16 | counter 8 | actor pseudonym 16 | request id 16
-- | sealed accountability entry p_accountability_bytes | sealed subject entry p_subject_bytes.
CREATE FUNCTION log.append_batch(
  p_expected bigint, p_count integer, p_rows bytea, p_accountability_bytes integer, p_subject_bytes integer,
  p_root bytea, p_frontier bytea, p_recorded_at timestamptz
) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = log, pg_temp AS $$
DECLARE
  stride integer := 122 + p_accountability_bytes + p_subject_bytes;
BEGIN
  -- With synchronous_commit off an acknowledged entry could be lost: no log, no data.
  PERFORM set_config('synchronous_commit', 'on', true);
  IF p_count < 1 OR octet_length(p_rows) <> p_count * stride THEN
    RAISE EXCEPTION 'rows do not match their count' USING ERRCODE = 'invalid_parameter_value';
  END IF;
  UPDATE log.head SET size = p_expected + p_count, root = p_root, frontier = p_frontier, updated_at = p_recorded_at
  WHERE id = 1 AND size = p_expected;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'lost the sequencer lease' USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  INSERT INTO log.entries (index, leaf, kind, subject_pseudonym, counter, actor_pseudonym, request_id,
    sealed_accountability, sealed_subject, recorded_at)
  SELECT p_expected + i, substr(p_rows, at, 66), get_byte(p_rows, at),
    CASE WHEN get_byte(p_rows, at) <> 3 THEN substr(p_rows, at + 66, 16) END,
    CASE WHEN get_byte(p_rows, at) <> 3 THEN ('x' || encode(substr(p_rows, at + 82, 8), 'hex'))::bit(64)::bigint END,
    substr(p_rows, at + 90, 16),
    encode(substr(p_rows, at + 106, 16), 'hex')::uuid,
    substr(p_rows, at + 122, p_accountability_bytes),
    CASE WHEN get_byte(p_rows, at) <> 3 THEN substr(p_rows, at + 122 + p_accountability_bytes, p_subject_bytes) END,
    p_recorded_at
  FROM (SELECT i, i * stride + 1 AS at FROM generate_series(0, p_count - 1) AS i) AS positions;
END $$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA log FROM PUBLIC;
GRANT EXECUTE ON FUNCTION log.current_head, log.next_counters, log.append_batch TO sakshi_recorder;
GRANT SELECT ON log.entries TO sakshi_opener;
GRANT SELECT (index, leaf) ON log.entries TO sakshi_publisher;
GRANT SELECT (size, root, updated_at) ON log.head TO sakshi_publisher;
GRANT SELECT ON log.entries, log.head TO sakshi_auditor;
