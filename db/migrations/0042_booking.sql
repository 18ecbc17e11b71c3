--! safe
-- Booking, moving, cancelling: each one function call, one round trip, whole or not at all.
-- Locks are always taken in the same order: places, people, appointments, live appointments.
-- A refusal is the answer's `refusal`; nothing was written then. SK001 takes back what was written.

-- The fence against a place sold in a session that is cancelled at the same moment: the cancelling transaction changes
-- the status first and locks the places afterwards, so whoever holds a place's lock here sees the status that counts.
CREATE FUNCTION registry.refusal_of_slot(p_now timestamptz, p_session uuid, p_slot smallint) RETURNS text
LANGUAGE sql AS $$
  SELECT CASE
    WHEN s.status = 'cancelled' THEN 'APPOINTMENT_SESSION_CANCELLED'
    WHEN s.status <> 'published' THEN 'APPOINTMENT_SESSION_NOT_FOUND'
    WHEN (s.held_on + l.ends_at) AT TIME ZONE 'Asia/Kolkata' <= p_now THEN 'APPOINTMENT_SLOT_OVER'
  END
  FROM registry.sessions s JOIN registry.slots l USING (session_id)
  WHERE s.session_id = p_session AND l.slot_number = p_slot;
$$;

CREATE FUNCTION registry.send_appointment_notice(p_template text, p_session uuid, p_slot smallint, p_appointment uuid, p_people uuid[], p_key text)
RETURNS void LANGUAGE sql AS $$
  SELECT registry.enqueue('send-notice', jsonb_build_object(
      'beneficiaryId', person, 'template', p_template,
      'values', jsonb_build_object('on', s.held_on, 'time', to_char(l.starts_at, 'HH24:MI'), 'place', f.name),
      'cause', jsonb_build_object('appointmentId', p_appointment)),
    p_template || '/' || p_appointment || '/' || person || '/' || p_key)
  FROM unnest(p_people) AS person, registry.sessions s
  JOIN registry.slots l USING (session_id) JOIN registry.facilities f USING (facility_id)
  WHERE s.session_id = p_session AND l.slot_number = p_slot;
$$;

CREATE FUNCTION registry.book_appointment(
  p_now timestamptz, p_account uuid, p_session uuid, p_slot smallint, p_pool text, p_dose smallint,
  p_people uuid[], p_request uuid, p_appointment uuid,
  OUT refusal text, OUT appointment uuid
) LANGUAGE plpgsql AS $$
DECLARE
  v_people integer := cardinality(p_people);
  v_left integer;
  v_count integer;
BEGIN
  SELECT a.appointment_id INTO appointment FROM registry.appointments a
  WHERE a.session_id = p_session AND a.request_key = p_request AND a.account_id = p_account LIMIT 1;
  IF FOUND THEN RETURN; END IF;
  refusal := registry.refusal_of_slot(p_now, p_session, p_slot);
  IF refusal IS NOT NULL THEN RETURN; END IF;
  -- A full slot is answered without waiting for its lock: hundreds may ask at once.
  SELECT capacity - taken INTO v_left FROM registry.places WHERE session_id = p_session AND slot_number = p_slot AND pool = p_pool;
  IF coalesce(v_left, 0) < v_people THEN refusal := 'APPOINTMENT_SLOT_FULL'; RETURN; END IF;

  UPDATE registry.places SET taken = taken + v_people
  WHERE session_id = p_session AND slot_number = p_slot AND pool = p_pool AND taken + v_people <= capacity;
  IF NOT FOUND THEN
    -- The same request may have won the last places while this one waited.
    SELECT a.appointment_id INTO appointment FROM registry.appointments a
    WHERE a.session_id = p_session AND a.request_key = p_request AND a.account_id = p_account LIMIT 1;
    IF NOT FOUND THEN refusal := 'APPOINTMENT_SLOT_FULL'; END IF;
    RETURN;
  END IF;
  SELECT a.appointment_id INTO appointment FROM registry.appointments a
  WHERE a.session_id = p_session AND a.request_key = p_request AND a.account_id = p_account LIMIT 1;
  IF FOUND THEN
    UPDATE registry.places SET taken = taken - v_people WHERE session_id = p_session AND slot_number = p_slot AND pool = p_pool;
    RETURN;
  END IF;
  refusal := registry.refusal_of_slot(p_now, p_session, p_slot);
  IF refusal IS NOT NULL THEN RAISE EXCEPTION '%', refusal USING ERRCODE = 'SK001'; END IF;

  PERFORM 1 FROM registry.beneficiaries b
  WHERE b.beneficiary_id = ANY (p_people) AND b.account_id = p_account AND b.state = 'active' ORDER BY b.beneficiary_id FOR SHARE;
  GET DIAGNOSTICS v_count = ROW_COUNT;
  IF v_count <> v_people THEN RAISE EXCEPTION 'NOT_FOUND' USING ERRCODE = 'SK001'; END IF;
  INSERT INTO registry.appointments (session_id, appointment_id, beneficiary_id, account_id, slot_number, pool, dose_number,
    channel, status, request_key, booked_at)
  SELECT p_session, p_appointment, person, p_account, p_slot, p_pool, p_dose, 'online', 'booked', p_request, p_now
  FROM unnest(p_people) AS person;
  -- An appointment whose day has passed holds nobody back.
  INSERT INTO registry.live_appointments AS live (beneficiary_id, session_id, appointment_id)
  SELECT person, p_session, p_appointment FROM unnest(p_people) AS person ORDER BY person
  ON CONFLICT (beneficiary_id) DO UPDATE SET session_id = excluded.session_id, appointment_id = excluded.appointment_id
  WHERE (SELECT s.held_on FROM registry.sessions s WHERE s.session_id = live.session_id) < (p_now AT TIME ZONE 'Asia/Kolkata')::date;
  GET DIAGNOSTICS v_count = ROW_COUNT;
  IF v_count <> v_people THEN RAISE EXCEPTION 'APPOINTMENT_ALREADY_BOOKED' USING ERRCODE = 'SK001'; END IF;
  PERFORM registry.send_appointment_notice('appointment-booked', p_session, p_slot, p_appointment, p_people, p_request::text);
  appointment := p_appointment;
END $$;

-- The new place first, then the old one is released. The appointment keeps its id.
CREATE FUNCTION registry.move_appointment(
  p_now timestamptz, p_account uuid, p_appointment uuid, p_session uuid, p_slot smallint, p_pool text, p_dose smallint,
  p_people uuid[], p_request uuid, OUT refusal text
) LANGUAGE plpgsql AS $$
DECLARE
  v_people integer := cardinality(p_people);
  v_old record;
  v_count integer;
BEGIN
  SELECT a.session_id, a.slot_number, a.pool, a.request_key, count(*) AS people INTO v_old FROM registry.appointments a
  WHERE a.appointment_id = p_appointment AND a.account_id = p_account AND a.status = 'booked'
  GROUP BY a.session_id, a.slot_number, a.pool, a.request_key;
  IF NOT FOUND THEN refusal := 'APPOINTMENT_NOT_FOUND'; RETURN; END IF;
  IF v_old.request_key = p_request THEN RETURN; END IF;
  IF v_old.session_id = p_session AND v_old.slot_number = p_slot THEN refusal := 'APPOINTMENT_SAME_SLOT'; RETURN; END IF;
  refusal := registry.refusal_of_slot(p_now, p_session, p_slot);
  IF refusal IS NOT NULL THEN RETURN; END IF;

  PERFORM 1 FROM registry.places p
  WHERE (p.session_id, p.slot_number, p.pool) IN ((p_session, p_slot, p_pool), (v_old.session_id, v_old.slot_number, v_old.pool))
  ORDER BY p.session_id, p.slot_number, p.pool FOR UPDATE;
  PERFORM 1 FROM registry.appointments a
  WHERE a.appointment_id = p_appointment AND a.session_id = v_old.session_id AND a.slot_number = v_old.slot_number
    AND a.beneficiary_id = ANY (p_people) AND a.status = 'booked'
  ORDER BY a.beneficiary_id FOR UPDATE;
  GET DIAGNOSTICS v_count = ROW_COUNT;
  IF v_count <> v_people OR v_old.people <> v_people THEN
    SELECT NULLIF(count(*), v_people) INTO v_count FROM registry.appointments a
    WHERE a.appointment_id = p_appointment AND a.session_id = p_session AND a.request_key = p_request AND a.status = 'booked';
    IF v_count IS NOT NULL THEN refusal := 'APPOINTMENT_CHANGED'; END IF;
    RETURN;
  END IF;
  refusal := registry.refusal_of_slot(p_now, p_session, p_slot);
  IF refusal IS NOT NULL THEN RETURN; END IF;
  UPDATE registry.places SET taken = taken + v_people
  WHERE session_id = p_session AND slot_number = p_slot AND pool = p_pool AND taken + v_people <= capacity;
  IF NOT FOUND THEN refusal := 'APPOINTMENT_SLOT_FULL'; RETURN; END IF;
  UPDATE registry.places SET taken = taken - v_people
  WHERE session_id = v_old.session_id AND slot_number = v_old.slot_number AND pool = v_old.pool;

  UPDATE registry.appointments SET status = 'moved', ended_at = p_now
  WHERE appointment_id = p_appointment AND session_id = v_old.session_id AND beneficiary_id = ANY (p_people);
  INSERT INTO registry.appointments AS a (session_id, appointment_id, beneficiary_id, account_id, slot_number, pool, dose_number,
    channel, status, request_key, booked_at)
  SELECT p_session, p_appointment, person, p_account, p_slot, p_pool, p_dose, 'online', 'booked', p_request, p_now
  FROM unnest(p_people) AS person
  ON CONFLICT (session_id, appointment_id, beneficiary_id) DO UPDATE SET slot_number = excluded.slot_number, pool = excluded.pool,
    dose_number = excluded.dose_number, status = 'booked', request_key = excluded.request_key, ended_at = NULL;
  UPDATE registry.live_appointments SET session_id = p_session
  WHERE appointment_id = p_appointment AND beneficiary_id = ANY (p_people);
  GET DIAGNOSTICS v_count = ROW_COUNT;
  -- A missed appointment was replaced by a newer one.
  IF v_count <> v_people THEN RAISE EXCEPTION 'APPOINTMENT_ALREADY_BOOKED' USING ERRCODE = 'SK001'; END IF;
  PERFORM registry.send_appointment_notice('appointment-moved', p_session, p_slot, p_appointment, p_people, p_request::text);
END $$;

CREATE FUNCTION registry.cancel_appointment(p_now timestamptz, p_account uuid, p_appointment uuid, p_people uuid[], OUT refusal text)
LANGUAGE plpgsql AS $$
DECLARE
  v_old record;
  v_gone uuid[];
BEGIN
  SELECT a.session_id, a.slot_number, a.pool, s.held_on INTO v_old
  FROM registry.appointments a JOIN registry.sessions s USING (session_id)
  WHERE a.appointment_id = p_appointment AND a.account_id = p_account AND a.status <> 'moved'
    AND (p_people IS NULL OR a.beneficiary_id = ANY (p_people))
  ORDER BY a.status = 'booked' DESC LIMIT 1;
  IF NOT FOUND THEN refusal := 'APPOINTMENT_NOT_FOUND'; RETURN; END IF;
  IF v_old.held_on < (p_now AT TIME ZONE 'Asia/Kolkata')::date THEN refusal := 'APPOINTMENT_DAY_OVER'; RETURN; END IF;
  PERFORM 1 FROM registry.places
  WHERE session_id = v_old.session_id AND slot_number = v_old.slot_number AND pool = v_old.pool FOR UPDATE;
  WITH gone AS (
    UPDATE registry.appointments SET status = 'cancelled', ended_at = p_now
    WHERE appointment_id = p_appointment AND session_id = v_old.session_id AND slot_number = v_old.slot_number
      AND pool = v_old.pool AND status = 'booked' AND (p_people IS NULL OR beneficiary_id = ANY (p_people))
    RETURNING beneficiary_id)
  SELECT array_agg(beneficiary_id) INTO v_gone FROM gone;
  IF v_gone IS NULL THEN
    -- Cancelled already: the same wish twice is no error. Anything else has begun at the site.
    IF EXISTS (SELECT FROM registry.appointments WHERE appointment_id = p_appointment AND status IN ('checked-in', 'completed')
      AND (p_people IS NULL OR beneficiary_id = ANY (p_people))) THEN refusal := 'APPOINTMENT_BEGUN'; END IF;
    RETURN;
  END IF;
  UPDATE registry.places SET taken = taken - cardinality(v_gone)
  WHERE session_id = v_old.session_id AND slot_number = v_old.slot_number AND pool = v_old.pool;
  DELETE FROM registry.live_appointments WHERE appointment_id = p_appointment AND beneficiary_id = ANY (v_gone);
  PERFORM registry.send_appointment_notice('appointment-cancelled', v_old.session_id, v_old.slot_number, p_appointment, v_gone, '');
END $$;

-- For the transaction that has just set the session's status to cancelled. Answers how many people were told.
CREATE FUNCTION registry.cancel_session_appointments(p_now timestamptz, p_session uuid) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
  v_people integer;
  v_told integer;
BEGIN
  PERFORM 1 FROM registry.places WHERE session_id = p_session ORDER BY slot_number, pool FOR UPDATE;
  WITH gone AS (
    UPDATE registry.appointments SET status = 'cancelled', ended_at = p_now
    WHERE session_id = p_session AND status = 'booked'
    RETURNING appointment_id, beneficiary_id, slot_number, pool),
  freed AS (
    UPDATE registry.places p SET taken = p.taken - g.people
    FROM (SELECT slot_number, pool, count(*)::integer AS people FROM gone GROUP BY slot_number, pool) g
    WHERE p.session_id = p_session AND p.slot_number = g.slot_number AND p.pool = g.pool),
  released AS (
    DELETE FROM registry.live_appointments live USING gone
    WHERE live.beneficiary_id = gone.beneficiary_id AND live.appointment_id = gone.appointment_id),
  told AS MATERIALIZED (
    SELECT registry.send_appointment_notice('session-cancelled', p_session, slot_number, appointment_id, array_agg(beneficiary_id), '')
    FROM gone GROUP BY appointment_id, slot_number)
  SELECT (SELECT count(*) FROM gone), (SELECT count(*) FROM told) INTO v_people, v_told;
  RETURN v_people;
END $$;

REVOKE ALL ON FUNCTION registry.refusal_of_slot, registry.send_appointment_notice, registry.book_appointment,
  registry.move_appointment, registry.cancel_appointment, registry.cancel_session_appointments FROM PUBLIC;
GRANT EXECUTE ON FUNCTION registry.refusal_of_slot, registry.send_appointment_notice, registry.book_appointment,
  registry.move_appointment, registry.cancel_appointment, registry.cancel_session_appointments TO sakshi_app;
