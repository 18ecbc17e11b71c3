--! safe
-- A dose is recorded, or marked as entered in error, by one call: the appointment, the stock, the dose, its sealed
-- box and the jobs that follow change together or not at all. Refusals carry their code as the constraint's name.
CREATE FUNCTION registry.enqueue_all(p_jobs jsonb) RETURNS void
LANGUAGE plpgsql SET search_path = registry, pg_temp AS $$
DECLARE
  v_job jsonb;
BEGIN
  FOR v_job IN SELECT * FROM jsonb_array_elements(p_jobs) LOOP
    PERFORM registry.enqueue(v_job->>'kind', v_job->'payload', v_job->>'key');
  END LOOP;
END $$;

CREATE FUNCTION registry.refuse(p_code text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'refused' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = p_code;
END $$;

-- Takes one dose from a batch of the facility that fits the product and is fit for use on the day.
CREATE FUNCTION registry.take_dose(p_facility uuid, p_batch uuid, p_product text, p_on date) RETURNS void
LANGUAGE plpgsql SET search_path = registry, pg_temp AS $$
DECLARE
  v_batch registry.batches;
BEGIN
  UPDATE batches SET doses_used = doses_used + 1
  WHERE facility_id = p_facility AND batch_id = p_batch AND product = p_product
    AND withdrawn_at IS NULL AND expires_on >= p_on AND doses_used < doses_received;
  IF FOUND THEN
    RETURN;
  END IF;
  SELECT * INTO v_batch FROM batches WHERE facility_id = p_facility AND batch_id = p_batch;
  PERFORM refuse(CASE
    WHEN v_batch.batch_id IS NULL OR v_batch.product <> p_product THEN 'VACCINATION_BATCH_WRONG'
    WHEN v_batch.withdrawn_at IS NOT NULL THEN 'VACCINATION_BATCH_WITHDRAWN'
    WHEN v_batch.expires_on < p_on THEN 'VACCINATION_BATCH_EXPIRED'
    ELSE 'VACCINATION_BATCH_EMPTY'
  END);
END $$;

-- Idempotent by request key: the second call with a key answers what the first one wrote and changes nothing.
CREATE FUNCTION registry.record_dose(
  p_request_key uuid, p_session uuid, p_appointment uuid, p_beneficiary uuid, p_vaccination uuid, p_dose_number smallint,
  p_batch uuid, p_staff uuid, p_now timestamptz, p_on date, p_observe_until timestamptz, p_box bytea, p_jobs jsonb
) RETURNS TABLE (vaccination_id uuid, dose_number smallint, recorded_at timestamptz, observe_until timestamptz)
LANGUAGE plpgsql SET search_path = registry, pg_temp AS $$
#variable_conflict use_column
DECLARE
  v_session registry.sessions;
BEGIN
  SELECT * INTO v_session FROM sessions WHERE session_id = p_session;
  -- The row lock on the appointment lets one of two clicks through; the other then finds what that one wrote.
  UPDATE appointments SET status = 'completed', ended_at = p_now
  WHERE session_id = p_session AND appointment_id = p_appointment AND beneficiary_id = p_beneficiary
    AND status = 'checked-in'
    AND NOT EXISTS (SELECT FROM vaccinations v WHERE v.beneficiary_id = p_beneficiary AND v.request_key = p_request_key);
  IF NOT FOUND THEN
    RETURN QUERY SELECT v.vaccination_id, v.dose_number, v.recorded_at, v.observe_until FROM vaccinations v
    WHERE v.beneficiary_id = p_beneficiary AND v.request_key = p_request_key;
    IF NOT FOUND THEN
      PERFORM refuse(CASE WHEN EXISTS (
        SELECT FROM appointments WHERE session_id = p_session AND appointment_id = p_appointment
          AND beneficiary_id = p_beneficiary AND status = 'completed')
        THEN 'VACCINATION_ALREADY_RECORDED' ELSE 'VACCINATION_NOT_CHECKED_IN' END);
    END IF;
    RETURN;
  END IF;
  PERFORM take_dose(v_session.facility_id, p_batch, v_session.product, p_on);
  INSERT INTO vaccinations (beneficiary_id, vaccination_id, dose_number, session_id, facility_id, status, request_key,
    recorded_by, recorded_at, observe_until)
  VALUES (p_beneficiary, p_vaccination, p_dose_number, p_session, v_session.facility_id, 'valid', p_request_key,
    p_staff, p_now, p_observe_until);
  DELETE FROM live_appointments WHERE beneficiary_id = p_beneficiary AND appointment_id = p_appointment;
  INSERT INTO vault.records (subject_id, record, version, box)
  VALUES (p_beneficiary, 'dose/' || p_vaccination, 1, p_box);
  PERFORM enqueue_all(p_jobs);
  RETURN QUERY SELECT p_vaccination, p_dose_number, p_now, p_observe_until;
END $$;

-- A wrong click: the dose stays in history as entered in error, the stock gets it back, and the person stands
-- checked in again. Answers false when somebody did it already.
CREATE FUNCTION registry.void_dose(
  p_beneficiary uuid, p_vaccination uuid, p_batch uuid, p_staff uuid, p_now timestamptz, p_version integer, p_box bytea,
  p_jobs jsonb
) RETURNS boolean
LANGUAGE plpgsql SET search_path = registry, pg_temp AS $$
DECLARE
  v_dose registry.vaccinations;
  v_appointment uuid;
BEGIN
  UPDATE vaccinations SET status = 'entered-in-error', voided_at = p_now, voided_by = p_staff
  WHERE beneficiary_id = p_beneficiary AND vaccination_id = p_vaccination AND status = 'valid'
  RETURNING * INTO v_dose;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  UPDATE batches SET doses_used = doses_used - 1
  WHERE facility_id = v_dose.facility_id AND batch_id = p_batch AND doses_used > 0;
  UPDATE appointments SET status = 'checked-in', ended_at = NULL
  WHERE session_id = v_dose.session_id AND beneficiary_id = p_beneficiary AND status = 'completed'
    AND ended_at = v_dose.recorded_at
  RETURNING appointment_id INTO v_appointment;
  IF v_appointment IS NOT NULL THEN
    INSERT INTO live_appointments (beneficiary_id, session_id, appointment_id)
    VALUES (p_beneficiary, v_dose.session_id, v_appointment) ON CONFLICT DO NOTHING;
  END IF;
  INSERT INTO vault.records (subject_id, record, version, box)
  VALUES (p_beneficiary, 'dose/' || p_vaccination, p_version, p_box);
  PERFORM enqueue_all(p_jobs);
  RETURN true;
END $$;

REVOKE ALL ON FUNCTION registry.enqueue_all, registry.refuse, registry.take_dose, registry.record_dose, registry.void_dose FROM PUBLIC;
GRANT EXECUTE ON FUNCTION registry.enqueue_all, registry.refuse, registry.take_dose, registry.record_dose, registry.void_dose TO sakshi_app;
