--! safe
-- Limits that hold across processes, and codes bound to the device that asked for them.
ALTER TABLE registry.rate_limits ADD COLUMN used_before integer NOT NULL DEFAULT 0;
COMMENT ON TABLE registry.rate_limits IS 'class=internal; counters under keyed hashes, of this window and the one before it';
COMMENT ON COLUMN registry.rate_limits.used_before IS 'class=internal; uses in the window before, so that a new window does not begin with a clean slate';

ALTER TABLE registry.otp_challenges ADD COLUMN device_hash bytea;
COMMENT ON COLUMN registry.otp_challenges.device_hash IS 'class=internal,pseudonym; keyed hash of the device cookie that asked; null when no browser asked';

-- Takes one use of every key, or of none. Answers the seconds to wait; 0 means taken. A sliding window: what was used
-- in the window before still counts for the part of it that lies within one window length of now.
CREATE FUNCTION registry.take_limits(p_now timestamptz, p_keys bytea[], p_windows integer[], p_limits integer[])
RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  v_row registry.rate_limits;
  v_elapsed double precision;
  v_wait double precision := 0;
  v_window integer;
  v_limit integer;
  i integer;
BEGIN
  -- Always in the same order, so that two requests never wait for each other.
  FOR i IN SELECT position FROM unnest(p_keys) WITH ORDINALITY AS k (key, position) ORDER BY key LOOP
    v_window := p_windows[i];
    v_limit := p_limits[i];
    INSERT INTO registry.rate_limits (key, window_started_at, used) VALUES (p_keys[i], p_now, 0) ON CONFLICT (key) DO NOTHING;
    SELECT * INTO v_row FROM registry.rate_limits WHERE key = p_keys[i] FOR UPDATE;
    v_elapsed := extract(epoch FROM p_now - v_row.window_started_at);
    IF v_elapsed >= 2 * v_window OR v_elapsed < -v_window THEN
      v_row.window_started_at := p_now;
      v_row.used_before := 0;
      v_row.used := 0;
    ELSIF v_elapsed >= v_window THEN
      v_row.window_started_at := v_row.window_started_at + make_interval(secs => v_window);
      v_row.used_before := v_row.used;
      v_row.used := 0;
    END IF;
    v_elapsed := greatest(0, extract(epoch FROM p_now - v_row.window_started_at));
    IF v_row.used >= v_limit THEN
      v_wait := greatest(v_wait, v_window - v_elapsed + v_window * (1 - (v_limit - 1)::double precision / v_row.used));
    ELSIF v_row.used_before * (1 - v_elapsed / v_window) + v_row.used + 1 > v_limit THEN
      v_wait := greatest(v_wait, v_window * (1 - (v_limit - 1 - v_row.used)::double precision / v_row.used_before) - v_elapsed);
    END IF;
    UPDATE registry.rate_limits
    SET window_started_at = v_row.window_started_at, used_before = v_row.used_before, used = v_row.used
    WHERE key = p_keys[i];
  END LOOP;
  IF v_wait > 0 THEN
    RETURN greatest(1, ceil(v_wait))::integer;
  END IF;
  UPDATE registry.rate_limits SET used = used + 1 WHERE key = ANY (p_keys);
  RETURN 0;
END $$;
REVOKE ALL ON FUNCTION registry.take_limits FROM PUBLIC;
GRANT EXECUTE ON FUNCTION registry.take_limits TO sakshi_app;
