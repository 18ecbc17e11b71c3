--! safe
-- Budgets: how many looks an actor has, by explanation, an hour and a day; and how many misses before a stop. The
-- numbers are data of the recorder (policy/budgets.json); what was used is kept here, where only its functions reach.
CREATE TABLE log.budgets_used (
  actor text NOT NULL CHECK (length(actor) BETWEEN 1 AND 80),
  kind text NOT NULL CHECK (length(kind) BETWEEN 1 AND 40),
  hour timestamptz NOT NULL,
  hour_used integer NOT NULL,
  day date NOT NULL,
  day_used integer NOT NULL,
  turned_away integer NOT NULL,
  PRIMARY KEY (actor, kind)
) WITH (fillfactor = 70);
COMMENT ON TABLE log.budgets_used IS 'class=pseudonymous; one row an actor and kind of explanation, written over each day; kind miss counts refused attempts';

-- What privacy officers look at: something about an actor that stands out, once a day and kind. One that stops its
-- actor does so until an officer finds that it is explained.
CREATE TABLE registry.access_findings (
  finding_id uuid PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('misses', 'budget', 'break-glass', 'unusual', 'canary')),
  actor text NOT NULL CHECK (length(actor) BETWEEN 1 AND 80),
  found_on date NOT NULL,
  first_at timestamptz NOT NULL,
  last_at timestamptz NOT NULL,
  times integer NOT NULL CHECK (times > 0),
  reasons jsonb NOT NULL DEFAULT '[]',
  stops boolean NOT NULL,
  decision text CHECK (decision IN ('explained', 'escalated')),
  decided_at timestamptz,
  decided_by uuid REFERENCES registry.staff,
  UNIQUE (actor, kind, found_on),
  CHECK ((decision IS NULL) = (decided_at IS NULL)),
  CHECK ((decision IS NULL) = (decided_by IS NULL))
);
CREATE INDEX access_findings_newest ON registry.access_findings (last_at DESC);
CREATE INDEX access_findings_that_stop ON registry.access_findings (actor) WHERE stops AND decision IS DISTINCT FROM 'explained';
COMMENT ON TABLE registry.access_findings IS 'class=internal; what stands out about an actor, in numbers and closed words; nothing of a person';
GRANT SELECT ON registry.access_findings TO sakshi_app;

CREATE FUNCTION log.is_stopped(p_actor text) RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT EXISTS (SELECT FROM registry.access_findings f
    WHERE f.actor = p_actor AND f.stops AND f.decision IS DISTINCT FROM 'explained');
$$;

-- A stop ends the sign-ins of a member of staff in the same statement.
CREATE FUNCTION log.find(p_now timestamptz, p_kind text, p_actor text, p_reasons jsonb, p_stops boolean) RETURNS void
LANGUAGE plpgsql SET search_path = log, pg_temp AS $$
BEGIN
  INSERT INTO registry.access_findings AS f (finding_id, kind, actor, found_on, first_at, last_at, times, reasons, stops)
  VALUES (gen_random_uuid(), p_kind, p_actor, (p_now AT TIME ZONE 'Asia/Kolkata')::date, p_now, p_now, 1, p_reasons, p_stops)
  ON CONFLICT (actor, kind, found_on) DO UPDATE SET last_at = p_now, times = f.times + 1, reasons = p_reasons,
    stops = p_stops, decision = NULL, decided_at = NULL, decided_by = NULL;
  IF p_stops AND p_actor LIKE 'staff:%' THEN
    UPDATE registry.staff_sign_ins SET ended_at = p_now WHERE staff_id = substr(p_actor, 7)::uuid AND ended_at IS NULL;
  END IF;
END $$;

-- Takes units of an actor's budget, all or none. Answers 0 when taken, else how often the actor was turned away today.
CREATE FUNCTION log.take_budget(p_now timestamptz, p_actor text, p_kind text, p_units integer, p_hour integer, p_day integer)
RETURNS integer LANGUAGE plpgsql SET search_path = log, pg_temp AS $$
DECLARE
  v_hour timestamptz := date_trunc('hour', p_now);
  v_day date := (p_now AT TIME ZONE 'Asia/Kolkata')::date;
  v_away integer;
BEGIN
  INSERT INTO log.budgets_used AS b (actor, kind, hour, hour_used, day, day_used, turned_away)
  SELECT p_actor, p_kind, v_hour, p_units, v_day, p_units, 0 WHERE p_units <= least(p_hour, p_day)
  ON CONFLICT (actor, kind) DO UPDATE SET
    hour = v_hour, hour_used = p_units + CASE WHEN b.hour = v_hour THEN b.hour_used ELSE 0 END,
    day = v_day, day_used = p_units + CASE WHEN b.day = v_day THEN b.day_used ELSE 0 END,
    turned_away = CASE WHEN b.day = v_day THEN b.turned_away ELSE 0 END
  WHERE p_units + CASE WHEN b.hour = v_hour THEN b.hour_used ELSE 0 END <= p_hour
    AND p_units + CASE WHEN b.day = v_day THEN b.day_used ELSE 0 END <= p_day;
  IF FOUND THEN
    RETURN 0;
  END IF;
  INSERT INTO log.budgets_used AS b (actor, kind, hour, hour_used, day, day_used, turned_away)
  VALUES (p_actor, p_kind, v_hour, 0, v_day, 0, 1)
  ON CONFLICT (actor, kind) DO UPDATE SET turned_away = 1 + CASE WHEN b.day = v_day THEN b.turned_away ELSE 0 END,
    day_used = CASE WHEN b.day = v_day THEN b.day_used ELSE 0 END, day = v_day
  RETURNING turned_away INTO v_away;
  IF v_away = 1 THEN
    PERFORM log.find(p_now, 'budget', p_actor, jsonb_build_array(jsonb_build_object('reason', 'budget', 'kind', p_kind)), false);
  END IF;
  RETURN v_away;
END $$;

-- One more refused attempt of a sign-in. The last one of the day's allowance stops a member of staff; a citizen's
-- sign-in ends with it, and with each one after it.
CREATE FUNCTION log.note_miss(p_now timestamptz, p_actor_kind text, p_sign_in uuid, p_most integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = log, pg_temp AS $$
DECLARE
  v_actor text;
  v_day date := (p_now AT TIME ZONE 'Asia/Kolkata')::date;
  v_misses integer;
BEGIN
  IF p_actor_kind = 'staff' THEN
    SELECT 'staff:' || i.staff_id INTO v_actor FROM registry.staff_sign_ins i
    WHERE i.sign_in_id = p_sign_in AND i.ended_at IS NULL AND i.expires_at > p_now;
  ELSIF p_actor_kind = 'citizen' THEN
    SELECT 'account:' || i.account_id INTO v_actor FROM registry.sign_ins i
    WHERE i.sign_in_id = p_sign_in AND i.ended_at IS NULL AND i.expires_at > p_now;
  END IF;
  IF v_actor IS NULL THEN
    RETURN;
  END IF;
  INSERT INTO log.budgets_used AS b (actor, kind, hour, hour_used, day, day_used, turned_away)
  VALUES (v_actor, 'miss', date_trunc('hour', p_now), 0, v_day, 1, 0)
  ON CONFLICT (actor, kind) DO UPDATE SET day = v_day, day_used = 1 + CASE WHEN b.day = v_day THEN b.day_used ELSE 0 END
  RETURNING day_used INTO v_misses;
  IF v_misses < p_most THEN
    RETURN;
  END IF;
  PERFORM log.find(p_now, 'misses', v_actor,
    jsonb_build_array(jsonb_build_object('reason', 'misses', 'count', v_misses)), p_actor_kind = 'staff');
  IF p_actor_kind = 'citizen' THEN
    UPDATE registry.sign_ins SET ended_at = p_now, contact_box = ''::bytea WHERE sign_in_id = p_sign_in;
  END IF;
END $$;

-- Explanation and budget in one round trip. refusal: null, 'stopped' or 'spent'; turned_away: how often today.
-- Counting need not be durable at once: a crash of the database forgets less than a second of it.
DROP FUNCTION log.explain_all;
CREATE FUNCTION log.explain_all(p_now timestamptz, p_requests jsonb)
RETURNS TABLE (place integer, role text, organisation text, actor text, refusal text, turned_away integer)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = log, pg_temp AS $$
DECLARE
  v record;
BEGIN
  PERFORM set_config('synchronous_commit', 'off', true);
  FOR v IN
    SELECT (asked.ordinality - 1)::integer AS place, e.role, e.organisation, e.actor,
      asked.kind, cardinality(asked.subjects) AS units, asked."perHour" AS per_hour, asked."perDay" AS per_day
    FROM ROWS FROM (jsonb_to_recordset(p_requests) AS (
      "actorKind" text, "signIn" uuid, service text, purpose text, kind text, reference uuid, subjects uuid[], "isNew" boolean,
      "perHour" integer, "perDay" integer
    )) WITH ORDINALITY AS asked, LATERAL log.explain(p_now, asked."actorKind", asked."signIn", asked.service, asked.purpose,
      asked.kind, asked.reference, asked.subjects, asked."isNew") AS e
    -- Always in one order, so that two round trips never wait for each other.
    ORDER BY e.actor, asked.kind
  LOOP
    place := v.place;
    role := v.role;
    organisation := v.organisation;
    actor := v.actor;
    refusal := NULL;
    turned_away := 0;
    IF v.per_day IS NOT NULL THEN
      IF log.is_stopped(v.actor) THEN
        refusal := 'stopped';
      ELSE
        turned_away := log.take_budget(p_now, v.actor, v.kind, v.units, v.per_hour, v.per_day);
        refusal := CASE WHEN turned_away > 0 THEN 'spent' END;
      END IF;
    END IF;
    RETURN NEXT;
  END LOOP;
END $$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA log FROM PUBLIC;
GRANT EXECUTE ON FUNCTION log.explain_all, log.note_miss TO sakshi_recorder;
