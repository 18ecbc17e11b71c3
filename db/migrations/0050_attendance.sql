--! safe
-- A session's day: whose photo id was compared, and people who walk in. Ids and reasons from a closed list only.
CREATE TABLE registry.identity_checks (
  session_id uuid NOT NULL,
  appointment_id uuid NOT NULL,
  beneficiary_id uuid NOT NULL,
  checked_at timestamptz NOT NULL,
  checked_by uuid NOT NULL REFERENCES registry.staff,
  is_match boolean NOT NULL,
  reason text CHECK (reason IN ('no-document', 'other-person', 'details-differ', 'document-unreadable')),
  PRIMARY KEY (session_id, appointment_id, beneficiary_id, checked_at),
  FOREIGN KEY (session_id, appointment_id, beneficiary_id) REFERENCES registry.appointments,
  CHECK (is_match = (reason IS NULL))
);
COMMENT ON TABLE registry.identity_checks IS 'class=internal, pseudonymous; the latest row of an appointment counts, earlier ones stay';
GRANT SELECT, INSERT ON registry.identity_checks TO sakshi_app;

-- Why somebody was registered without a phone; asked each time, so that it does not become the easy way.
CREATE TABLE registry.facilitations (
  beneficiary_id uuid PRIMARY KEY,
  staff_id uuid NOT NULL REFERENCES registry.staff,
  session_id uuid NOT NULL REFERENCES registry.sessions,
  reason text NOT NULL CHECK (reason IN ('has-no-phone', 'phone-not-here', 'no-network')),
  created_at timestamptz NOT NULL
);
COMMENT ON TABLE registry.facilitations IS 'class=internal, pseudonymous; registrations by staff without a code sent to a phone';
GRANT SELECT, INSERT ON registry.facilitations TO sakshi_app;

CREATE INDEX passkey_challenges_by_expiry ON registry.passkey_challenges (expires_at);

-- The appointment that already holds a person, seen from a session today: 'admitted' checks in one booked here,
-- 'booked-elsewhere' is one ahead at another session. One of an earlier day that nobody kept does not count.
CREATE FUNCTION registry.appointment_in_the_way(
  p_session uuid, p_beneficiary uuid, p_staff uuid, p_now timestamptz, OUT outcome text, OUT appointment uuid
) LANGUAGE plpgsql SET search_path = registry, pg_temp AS $$
DECLARE
  v_live record;
BEGIN
  SELECT l.session_id, l.appointment_id, s.held_on INTO v_live
  FROM live_appointments l JOIN sessions s USING (session_id) WHERE l.beneficiary_id = p_beneficiary;
  IF v_live.session_id = p_session THEN
    UPDATE appointments a SET status = 'checked-in', checked_in_at = p_now, checked_in_by = p_staff
    WHERE a.session_id = p_session AND a.appointment_id = v_live.appointment_id
      AND a.beneficiary_id = p_beneficiary AND a.status = 'booked';
    outcome := 'admitted';
    appointment := v_live.appointment_id;
  ELSIF v_live.held_on >= (p_now AT TIME ZONE 'Asia/Kolkata')::date THEN
    outcome := 'booked-elsewhere';
  END IF;
END $$;

-- Admits a person who stands here: one round trip, safe to repeat. Locks in the order of booking: places, people,
-- live appointments. outcome: 'admitted', 'not-today' (no such session here today), 'booked-elsewhere', 'full', 'unknown'.
CREATE FUNCTION registry.admit_walk_in(
  p_session uuid, p_facility uuid, p_beneficiary uuid, p_account uuid, p_appointment uuid,
  p_dose smallint, p_request_key uuid, p_staff uuid, p_now timestamptz, OUT outcome text, OUT appointment uuid
) LANGUAGE plpgsql SET search_path = registry, pg_temp AS $$
DECLARE
  v_slot smallint;
  v_taken smallint;
  v_is_open boolean;
BEGIN
  SELECT 'admitted', a.appointment_id INTO outcome, appointment FROM appointments a
  WHERE a.session_id = p_session AND a.request_key = p_request_key AND a.beneficiary_id = p_beneficiary;
  IF FOUND THEN RETURN; END IF;
  IF NOT EXISTS (SELECT FROM sessions s WHERE s.session_id = p_session AND s.facility_id = p_facility
                 AND s.held_on = (p_now AT TIME ZONE 'Asia/Kolkata')::date) THEN
    outcome := 'not-today';
    RETURN;
  END IF;
  SELECT * INTO outcome, appointment FROM appointment_in_the_way(p_session, p_beneficiary, p_staff, p_now);
  IF outcome IS NOT NULL THEN RETURN; END IF;

  -- First the slots that are not over, then the earlier ones: who waits since noon is still served.
  FOR v_slot IN SELECT s.slot_number FROM slots s WHERE s.session_id = p_session
                ORDER BY s.ends_at <= (p_now AT TIME ZONE 'Asia/Kolkata')::time, s.slot_number LOOP
    UPDATE places p SET taken = p.taken + 1
    WHERE p.session_id = p_session AND p.slot_number = v_slot AND p.pool = 'walk-in' AND p.taken < p.capacity
    RETURNING p.slot_number INTO v_taken;
    EXIT WHEN FOUND;
  END LOOP;
  IF v_taken IS NULL THEN
    -- The same call may have won the last place while this one waited.
    SELECT * INTO outcome, appointment FROM appointment_in_the_way(p_session, p_beneficiary, p_staff, p_now);
    outcome := coalesce(outcome, 'full');
    RETURN;
  END IF;
  -- Cancelling changes the status first and locks the places afterwards: behind the place's lock the status is final.
  SELECT s.status = 'published' INTO v_is_open FROM sessions s WHERE s.session_id = p_session;
  IF NOT v_is_open THEN
    outcome := 'not-today';
  ELSE
    PERFORM 1 FROM beneficiaries b
    WHERE b.beneficiary_id = p_beneficiary AND b.account_id = p_account AND b.state = 'active' FOR SHARE;
    IF NOT FOUND THEN
      outcome := 'unknown';
    ELSE
      INSERT INTO live_appointments AS live (beneficiary_id, session_id, appointment_id)
      VALUES (p_beneficiary, p_session, p_appointment)
      ON CONFLICT (beneficiary_id) DO UPDATE SET session_id = excluded.session_id, appointment_id = excluded.appointment_id
      WHERE (SELECT s.held_on FROM sessions s WHERE s.session_id = live.session_id) < (p_now AT TIME ZONE 'Asia/Kolkata')::date;
      IF NOT FOUND THEN
        SELECT * INTO outcome, appointment FROM appointment_in_the_way(p_session, p_beneficiary, p_staff, p_now);
      END IF;
    END IF;
  END IF;
  IF outcome IS NOT NULL THEN
    UPDATE places p SET taken = p.taken - 1
    WHERE p.session_id = p_session AND p.slot_number = v_taken AND p.pool = 'walk-in';
    RETURN;
  END IF;
  INSERT INTO appointments (session_id, appointment_id, beneficiary_id, account_id, slot_number, pool, dose_number,
    channel, status, request_key, booked_at, checked_in_at, checked_in_by)
  VALUES (p_session, p_appointment, p_beneficiary, p_account, v_taken, 'walk-in', p_dose,
    'walk-in', 'checked-in', p_request_key, p_now, p_now, p_staff);
  outcome := 'admitted';
  appointment := p_appointment;
END $$;
REVOKE ALL ON FUNCTION registry.appointment_in_the_way, registry.admit_walk_in FROM PUBLIC;
GRANT EXECUTE ON FUNCTION registry.appointment_in_the_way, registry.admit_walk_in TO sakshi_app;
