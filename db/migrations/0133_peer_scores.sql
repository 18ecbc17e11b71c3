--! safe
-- The day's looking, compared with peers: the recorder asks for counts by keyed pseudonym, and says who stands out.
CREATE TABLE registry.access_days (
  day date PRIMARY KEY,
  looks integer NOT NULL,
  changes integer NOT NULL,
  misses integer NOT NULL,
  emergencies integer NOT NULL,
  staff integer NOT NULL,
  unusual integer NOT NULL,
  scored_at timestamptz NOT NULL
);
COMMENT ON TABLE registry.access_days IS 'class=internal; one row a day: how many looks, changes, refused attempts and emergencies there were';
GRANT SELECT ON registry.access_days TO sakshi_app;

-- The first entry at or after an instant; entries are in the order of time.
CREATE FUNCTION log.index_at(p_at timestamptz) RETURNS bigint
LANGUAGE plpgsql STABLE SET search_path = log, pg_temp AS $$
DECLARE
  v_low bigint := 0;
  v_high bigint;
  v_middle bigint;
BEGIN
  SELECT size INTO v_high FROM log.head;
  WHILE v_low < v_high LOOP
    v_middle := (v_low + v_high) / 2;
    IF (SELECT recorded_at FROM log.entries WHERE index = v_middle) < p_at THEN
      v_low := v_middle + 1;
    ELSE
      v_high := v_middle;
    END IF;
  END LOOP;
  RETURN v_low;
END $$;

-- Staff of session sites who were signed in that day.
CREATE FUNCTION log.staff_of_day(p_from timestamptz, p_to timestamptz)
RETURNS TABLE (actor text, role text, facility uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = log, pg_temp AS $$
  SELECT DISTINCT 'staff:' || s.staff_id, s.role, s.facility_id
  FROM registry.staff_sign_ins i JOIN registry.staff s USING (staff_id)
  WHERE i.created_at < p_to AND i.created_at > p_from - interval '1 day'
    AND s.role IN ('verifier', 'vaccinator') AND s.facility_id IS NOT NULL;
$$;

-- What each of them did: looks, how many people, for how many of them nobody changed anything that day, and how many
-- looks fell between 22:00 and 06:00.
CREATE FUNCTION log.looks_of_day(p_from timestamptz, p_to timestamptz, p_actors bytea[])
RETURNS TABLE (place integer, looks integer, people integer, idle integer, night integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = log, pg_temp AS $$
  WITH bounds AS (SELECT log.index_at(p_from) AS first, log.index_at(p_to) AS last),
  seen AS (
    SELECT a.ordinality AS place, e.subject_pseudonym AS subject, count(*) AS looks,
      count(*) FILTER (WHERE extract(hour FROM e.recorded_at AT TIME ZONE 'Asia/Kolkata') NOT BETWEEN 6 AND 21) AS night
    FROM bounds b, unnest(p_actors) WITH ORDINALITY AS a (pseudonym, ordinality)
    JOIN log.entries e ON e.actor_pseudonym = a.pseudonym
    WHERE e.index >= b.first AND e.index < b.last AND e.kind = 1
    GROUP BY 1, 2)
  SELECT (s.place - 1)::integer, sum(s.looks)::integer, count(*)::integer,
    count(*) FILTER (WHERE NOT EXISTS (
      SELECT FROM log.entries c, bounds b WHERE c.subject_pseudonym = s.subject AND c.kind = 2
        AND c.index >= b.first AND c.index < b.last))::integer,
    sum(s.night)::integer
  FROM seen s GROUP BY s.place;
$$;

-- Closes a day: its counts, and a finding for each who stands out. Once a day.
CREATE FUNCTION log.close_day(p_now timestamptz, p_from timestamptz, p_to timestamptz, p_staff integer, p_unusual jsonb)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = log, pg_temp AS $$
DECLARE
  v_one jsonb;
BEGIN
  INSERT INTO registry.access_days (day, looks, changes, misses, emergencies, staff, unusual, scored_at)
  SELECT (p_from AT TIME ZONE 'Asia/Kolkata')::date, count(*) FILTER (WHERE e.kind = 1), count(*) FILTER (WHERE e.kind = 2),
    count(*) FILTER (WHERE e.kind = 3),
    (SELECT count(*) FROM registry.break_glass g WHERE g.counted_at >= p_from AND g.counted_at < p_to),
    p_staff, jsonb_array_length(p_unusual), p_now
  FROM log.entries e WHERE e.index >= log.index_at(p_from) AND e.index < log.index_at(p_to)
  ON CONFLICT (day) DO NOTHING;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  FOR v_one IN SELECT value FROM jsonb_array_elements(p_unusual) LOOP
    PERFORM log.find(p_now, 'unusual', v_one->>'actor', v_one->'reasons', false);
  END LOOP;
  DELETE FROM log.budgets_used b WHERE b.day < (p_now AT TIME ZONE 'Asia/Kolkata')::date - 1;
END $$;

CREATE FUNCTION log.day_is_closed(p_from timestamptz) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = log, pg_temp AS $$
  SELECT EXISTS (SELECT FROM registry.access_days d WHERE d.day = (p_from AT TIME ZONE 'Asia/Kolkata')::date);
$$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA log FROM PUBLIC;
GRANT EXECUTE ON FUNCTION log.staff_of_day, log.looks_of_day, log.close_day, log.day_is_closed TO sakshi_recorder;
