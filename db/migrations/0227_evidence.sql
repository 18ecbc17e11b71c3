--! safe
-- A person's photos and PDFs for a ticket. Each file is encrypted with a key of its own, which lies sealed with the person as
-- evidence/<ticket>-<n>: without the log's entry and the person's key nobody reads it, and it ends with either.
CREATE TABLE vault.evidence (
  subject_id uuid NOT NULL,
  ticket_id uuid NOT NULL,
  n smallint NOT NULL CHECK (n BETWEEN 1 AND 3),
  bytes integer NOT NULL CHECK (bytes BETWEEN 1 AND 5242880),
  box bytea NOT NULL,
  added_at timestamptz NOT NULL,
  PRIMARY KEY (subject_id, ticket_id, n)
);
ALTER TABLE vault.evidence ALTER COLUMN box SET STORAGE EXTERNAL;
COMMENT ON TABLE vault.evidence IS 'class=personal,sealed; box = nonce, ciphertext, tag; its key lies in vault.records; goes 90 days after the decision';
GRANT SELECT, INSERT ON vault.evidence TO sakshi_app;
GRANT SELECT (subject_id), DELETE ON vault.evidence TO sakshi_opener;

-- As in 0123, and the evidence of tickets that were decided ninety days ago, with its keys.
CREATE OR REPLACE FUNCTION registry.keep_no_longer(p_now timestamptz) RETURNS TABLE (kept_in text, gone bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = registry, pg_temp AS $$
DECLARE
  v_year timestamptz := p_now - interval '1 year';
  v_day timestamptz := p_now - interval '1 day';
BEGIN
  -- Never more than the present allows: with a clock set forward nothing goes early.
  IF p_now > clock_timestamp() + interval '1 minute' THEN
    RAISE EXCEPTION 'not yet' USING ERRCODE = 'invalid_parameter_value';
  END IF;
  -- Until used or expired, and a day.
  kept_in := 'registry.otp_challenges';
  DELETE FROM otp_challenges WHERE created_at < p_now - interval '2 days';
  GET DIAGNOSTICS gone = ROW_COUNT; RETURN NEXT;
  kept_in := 'registry.rate_limits';
  DELETE FROM rate_limits WHERE window_started_at < v_day;
  GET DIAGNOSTICS gone = ROW_COUNT; RETURN NEXT;
  kept_in := 'registry.captchas';
  DELETE FROM captchas WHERE expires_at < v_day;
  GET DIAGNOSTICS gone = ROW_COUNT; RETURN NEXT;
  kept_in := 'registry.passkey_challenges';
  DELETE FROM passkey_challenges WHERE expires_at < v_day;
  GET DIAGNOSTICS gone = ROW_COUNT; RETURN NEXT;
  kept_in := 'registry.availability_changes';
  DELETE FROM availability_changes WHERE changed_at < v_day;
  GET DIAGNOSTICS gone = ROW_COUNT; RETURN NEXT;
  kept_in := 'log.budgets_used';
  DELETE FROM log.budgets_used WHERE day < (v_day AT TIME ZONE 'Asia/Kolkata')::date;
  GET DIAGNOSTICS gone = ROW_COUNT; RETURN NEXT;
  -- A year after a sign-in has ended.
  kept_in := 'registry.sign_ins';
  DELETE FROM sign_ins WHERE least(ended_at, expires_at) < v_year;
  GET DIAGNOSTICS gone = ROW_COUNT; RETURN NEXT;
  kept_in := 'registry.staff_sign_ins';
  DELETE FROM staff_sign_ins WHERE least(ended_at, expires_at) < v_year;
  GET DIAGNOSTICS gone = ROW_COUNT; RETURN NEXT;
  kept_in := 'registry.known_devices';
  DELETE FROM known_devices WHERE seen_at < v_year;
  GET DIAGNOSTICS gone = ROW_COUNT; RETURN NEXT;
  -- A year after somebody has left: the id stays with what they did, the name goes.
  kept_in := 'registry.staff_invitations';
  DELETE FROM staff_invitations i USING staff s WHERE s.staff_id = i.staff_id AND s.removed_at < v_year;
  GET DIAGNOSTICS gone = ROW_COUNT; RETURN NEXT;
  kept_in := 'registry.passkeys';
  DELETE FROM passkeys k USING staff s WHERE s.staff_id = k.staff_id AND s.removed_at < v_year;
  GET DIAGNOSTICS gone = ROW_COUNT; RETURN NEXT;
  kept_in := 'registry.staff';
  UPDATE staff SET display_name = '–' WHERE removed_at < v_year AND display_name <> '–';
  GET DIAGNOSTICS gone = ROW_COUNT; RETURN NEXT;
  -- A number that nobody is registered with any more, and nobody has signed in with for a year.
  kept_in := 'registry.account_phones';
  DELETE FROM account_phones p
  WHERE NOT EXISTS (SELECT FROM beneficiaries b WHERE b.account_id = p.account_id AND b.state <> 'erased')
    AND NOT EXISTS (SELECT FROM sign_ins i WHERE i.account_id = p.account_id)
    AND EXISTS (SELECT FROM accounts a WHERE a.account_id = p.account_id AND a.created_at < v_year);
  GET DIAGNOSTICS gone = ROW_COUNT; RETURN NEXT;
  kept_in := 'vault.evidence';
  WITH over AS (
    DELETE FROM vault.evidence e USING tickets t
    WHERE (t.beneficiary_id, t.ticket_id) = (e.subject_id, e.ticket_id)
      AND t.state IN ('accepted', 'refused', 'withdrawn') AND t.changed_at < p_now - interval '90 days'
    RETURNING e.subject_id, e.ticket_id, e.n)
  DELETE FROM vault.records r USING over o
  WHERE r.subject_id = o.subject_id AND r.record = 'evidence/' || o.ticket_id || '-' || o.n;
  GET DIAGNOSTICS gone = ROW_COUNT; RETURN NEXT;
END $$;
