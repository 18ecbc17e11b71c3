--! safe
-- Uses that a process counted in memory, written down together: one statement for many callers, so that a limit holds
-- across processes and no request waits for the database. The sliding window is that of registry.take_limits.
CREATE FUNCTION registry.count_uses(p_now timestamptz, p_keys bytea[], p_uses integer[], p_window integer)
RETURNS TABLE (key bytea, used_before integer, used integer, elapsed double precision)
LANGUAGE sql AS $$
  INSERT INTO registry.rate_limits AS r (key, window_started_at, used)
  SELECT asked.key, p_now, asked.uses FROM unnest(p_keys, p_uses) AS asked (key, uses) ORDER BY asked.key
  ON CONFLICT ON CONSTRAINT rate_limits_pkey DO UPDATE SET
    window_started_at = CASE
      WHEN p_now >= r.window_started_at + make_interval(secs => 2 * p_window) OR p_now < r.window_started_at - make_interval(secs => p_window) THEN p_now
      WHEN p_now >= r.window_started_at + make_interval(secs => p_window) THEN r.window_started_at + make_interval(secs => p_window)
      ELSE r.window_started_at END,
    used_before = CASE
      WHEN p_now >= r.window_started_at + make_interval(secs => 2 * p_window) OR p_now < r.window_started_at - make_interval(secs => p_window) THEN 0
      WHEN p_now >= r.window_started_at + make_interval(secs => p_window) THEN r.used
      ELSE r.used_before END,
    used = excluded.used + CASE
      WHEN p_now >= r.window_started_at + make_interval(secs => p_window) OR p_now < r.window_started_at - make_interval(secs => p_window) THEN 0
      ELSE r.used END
  RETURNING r.key, r.used_before, r.used, greatest(0, extract(epoch FROM p_now - r.window_started_at))::double precision;
$$;
REVOKE ALL ON FUNCTION registry.count_uses FROM PUBLIC;
GRANT EXECUTE ON FUNCTION registry.count_uses TO sakshi_app;

-- How many more uses one key has now, by the same sliding window; nothing is taken.
CREATE FUNCTION registry.uses_left(p_now timestamptz, p_key bytea, p_window integer, p_most integer)
RETURNS integer LANGUAGE sql STABLE AS $$
  SELECT greatest(0, floor(p_most - coalesce((
    SELECT CASE
      WHEN age >= 2 * p_window THEN 0
      WHEN age >= p_window THEN r.used * (2 - age / p_window)
      ELSE r.used + r.used_before * (1 - greatest(0, age) / p_window) END
    FROM registry.rate_limits r, LATERAL (SELECT extract(epoch FROM p_now - r.window_started_at)::double precision AS age) a
    WHERE r.key = p_key), 0)))::integer;
$$;
REVOKE ALL ON FUNCTION registry.uses_left FROM PUBLIC;
GRANT EXECUTE ON FUNCTION registry.uses_left TO sakshi_app;
