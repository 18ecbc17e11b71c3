--! safe
-- Public figures: a count is shown only from the day on which it reached eleven. See docs/adr/0025.
ALTER TABLE registry.coverage_daily ADD COLUMN released_on date;
COMMENT ON COLUMN registry.coverage_daily.released_on IS 'class=public; the day under which these doses are shown; null while they are too few to show';
CREATE INDEX coverage_daily_shown ON registry.coverage_daily (released_on, state_id) WHERE released_on IS NOT NULL;
CREATE INDEX coverage_daily_waiting ON registry.coverage_daily (district_id, product, dose_number, given_on) WHERE released_on IS NULL;

-- Counts one event once. What is shown never changes: a dose that comes late counts today.
CREATE FUNCTION registry.count_dose(
  p_event uuid, p_on date, p_state integer, p_district integer, p_product text, p_dose smallint, p_by integer,
  p_today date, p_now timestamptz
) RETURNS boolean
LANGUAGE plpgsql SET search_path = registry, pg_temp AS $$
DECLARE
  v_day date := p_on;
BEGIN
  INSERT INTO coverage_events (event_id, counted_at) VALUES (p_event, p_now) ON CONFLICT DO NOTHING;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  FOR attempt IN 1..2 LOOP
    INSERT INTO coverage_daily AS c (given_on, state_id, district_id, product, dose_number, doses)
    VALUES (v_day, p_state, p_district, p_product, p_dose, p_by)
    ON CONFLICT (given_on, district_id, product, dose_number) DO UPDATE SET doses = c.doses + p_by
    WHERE c.released_on IS NULL;
    EXIT WHEN FOUND;
    v_day := p_today;
  END LOOP;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'today is never shown before it is over';
  END IF;
  RETURN true;
END $$;
REVOKE ALL ON FUNCTION registry.count_dose FROM PUBLIC;
GRANT EXECUTE ON FUNCTION registry.count_dose TO sakshi_app;
