--! safe
-- Shards: at the turn of a quarter the log closes its tree and begins another (decision 170). Indexes and people's
-- counters go on; size stays the number of all entries; root and frontier are those of the open shard's tree, which
-- begins at the entry first_index. A shard is opened by its first entries and in their transaction, so that none is empty and
-- no crash falls between.
CREATE TABLE log.closed_shards (
  first_index bigint PRIMARY KEY CHECK (first_index >= 0),
  size bigint NOT NULL CHECK (size > 0),
  root bytea NOT NULL CHECK (octet_length(root) = 32),
  opened_at timestamptz NOT NULL,
  closed_at timestamptz NOT NULL
);
COMMENT ON TABLE log.closed_shards IS 'class=public; final size and root of each finished tree of the disclosure log';
CREATE TRIGGER closed_shards_are_never_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON log.closed_shards
  FOR EACH STATEMENT EXECUTE FUNCTION log.refuse_change();

ALTER TABLE log.head ADD COLUMN first_index bigint NOT NULL DEFAULT 0,
  ADD COLUMN opened_at timestamptz NOT NULL DEFAULT now();
ALTER TABLE log.head ADD CONSTRAINT begins_inside CHECK (first_index BETWEEN 0 AND size);

DROP FUNCTION log.current_head();
CREATE FUNCTION log.current_head()
RETURNS TABLE (size bigint, first_index bigint, root bytea, frontier bytea, opened_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = log, pg_temp AS $$
  SELECT h.size, h.first_index, h.root, h.frontier, h.opened_at FROM log.head h WHERE h.id = 1;
$$;

-- Closes the open shard and appends the first entries of the next. Root and frontier are those of the new tree.
CREATE FUNCTION log.append_in_new_shard(
  p_expected bigint, p_count integer, p_rows bytea, p_accountability_bytes integer, p_subject_bytes integer,
  p_root bytea, p_frontier bytea, p_recorded_at timestamptz
) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = log, pg_temp AS $$
BEGIN
  INSERT INTO log.closed_shards (first_index, size, root, opened_at, closed_at)
  SELECT h.first_index, h.size - h.first_index, h.root, h.opened_at, p_recorded_at
  FROM log.head h WHERE h.id = 1 AND h.size = p_expected FOR UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'lost the sequencer lease' USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  UPDATE log.head SET first_index = p_expected, opened_at = p_recorded_at WHERE id = 1;
  PERFORM log.append_batch(p_expected, p_count, p_rows, p_accountability_bytes, p_subject_bytes, p_root, p_frontier,
    p_recorded_at);
END $$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA log FROM PUBLIC;
GRANT EXECUTE ON FUNCTION log.current_head, log.append_in_new_shard TO sakshi_recorder;
GRANT SELECT (first_index, opened_at) ON log.head TO sakshi_publisher;
GRANT SELECT ON log.closed_shards TO sakshi_publisher, sakshi_auditor;
