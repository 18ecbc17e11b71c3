--! safe
-- Refused attempts fill no log: each counts for its actor, also when the sign-in has ended or the actor is stopped, and
-- beyond the day's number (policy/budgets.json) they are counted and not written down. The count stands in the day's
-- finding, which privacy officers read; it never lifts a stop, nor takes a decision back.
CREATE FUNCTION log.count_refusal(p_now timestamptz, p_actor_kind text, p_sign_in uuid, p_written integer) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = log, pg_temp AS $$
DECLARE
  v_actor text := CASE p_actor_kind
    WHEN 'staff' THEN (SELECT 'staff:' || i.staff_id FROM registry.staff_sign_ins i WHERE i.sign_in_id = p_sign_in)
    WHEN 'citizen' THEN (SELECT 'account:' || i.account_id FROM registry.sign_ins i WHERE i.sign_in_id = p_sign_in)
    WHEN 'partner' THEN (SELECT 'partner:' || k.partner_id FROM registry.partner_keys k WHERE k.key_id = p_sign_in)
  END;
  v_day date := (p_now AT TIME ZONE 'Asia/Kolkata')::date;
  v_refused integer;
BEGIN
  IF v_actor IS NULL THEN
    RETURN true;
  END IF;
  INSERT INTO log.budgets_used AS b (actor, kind, hour, hour_used, day, day_used, turned_away)
  VALUES (v_actor, 'refusal', date_trunc('hour', p_now), 0, v_day, 1, 0)
  ON CONFLICT (actor, kind) DO UPDATE SET day = v_day, day_used = 1 + CASE WHEN b.day = v_day THEN b.day_used ELSE 0 END
  RETURNING day_used INTO v_refused;
  IF v_refused <= p_written THEN
    RETURN true;
  END IF;
  INSERT INTO registry.access_findings AS f (finding_id, kind, actor, found_on, first_at, last_at, times, reasons, stops)
  VALUES (gen_random_uuid(), 'misses', v_actor, v_day, p_now, p_now, 1,
    jsonb_build_array(jsonb_build_object('reason', 'misses', 'count', v_refused)), false)
  ON CONFLICT (actor, kind, found_on, reference) DO UPDATE SET last_at = p_now, times = f.times + 1, reasons = excluded.reasons;
  RETURN false;
END $$;

REVOKE ALL ON FUNCTION log.count_refusal FROM PUBLIC;
GRANT EXECUTE ON FUNCTION log.count_refusal TO sakshi_recorder;
