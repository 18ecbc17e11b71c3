--! safe
-- A request repeated at the moment its twin takes the last place was told the slot is full: it had looked for its twin
-- first and at the places afterwards. Now a full slot is believed only when no twin stands there after that look.
CREATE OR REPLACE FUNCTION registry.book_appointment(
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
  IF coalesce(v_left, 0) < v_people THEN
    SELECT a.appointment_id INTO appointment FROM registry.appointments a
    WHERE a.session_id = p_session AND a.request_key = p_request AND a.account_id = p_account LIMIT 1;
    IF NOT FOUND THEN refusal := 'APPOINTMENT_SLOT_FULL'; END IF;
    RETURN;
  END IF;

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
