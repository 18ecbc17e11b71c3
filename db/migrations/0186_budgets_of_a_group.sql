--! safe
-- Two things that perf found where a look spends its time in the database. append_batch was planned anew for each batch,
-- and each plan copied all bytes of the batch a dozen times. And each request had an upsert of a budget of its own, which
-- reads the table's checks anew each time; now all requests of a round trip share one.
ALTER FUNCTION log.append_batch SET plan_cache_mode = force_generic_plan;

CREATE TYPE log.explained_request AS (
  place integer, role text, organisation text, actor text, kind text, reference uuid, subjects uuid[], is_new boolean,
  per_hour integer, per_day integer, is_stopped boolean
);

-- Takes what each actor asks for by one kind of explanation as a whole, in the order given. Answers "actor kind" of those
-- whose budget had it all. The rows of the others are locked by this too: take_budget then goes through them one by one.
CREATE FUNCTION log.take_budgets(p_now timestamptz, p_actors text[], p_kinds text[], p_units integer[], p_hour integer, p_day integer)
RETURNS text[] LANGUAGE plpgsql SET search_path = log, pg_temp AS $$
DECLARE
  v_hour timestamptz := date_trunc('hour', p_now);
  v_day date := (p_now AT TIME ZONE 'Asia/Kolkata')::date;
  v_taken text[];
BEGIN
  WITH asked AS (
    SELECT a.actor, a.kind, a.units, a.units <= least(p_hour, p_day) AS may_fit, a.place
    FROM unnest(p_actors, p_kinds, p_units) WITH ORDINALITY AS a (actor, kind, units, place)),
  taken AS (
    INSERT INTO log.budgets_used AS b (actor, kind, hour, hour_used, day, day_used, turned_away)
    SELECT a.actor, a.kind, v_hour, CASE WHEN a.may_fit THEN a.units ELSE 0 END, v_day, CASE WHEN a.may_fit THEN a.units ELSE 0 END, 0
    FROM asked a ORDER BY a.place
    ON CONFLICT (actor, kind) DO UPDATE SET
      hour = v_hour, hour_used = excluded.hour_used + CASE WHEN b.hour = v_hour THEN b.hour_used ELSE 0 END,
      day = v_day, day_used = excluded.day_used + CASE WHEN b.day = v_day THEN b.day_used ELSE 0 END,
      turned_away = CASE WHEN b.day = v_day THEN b.turned_away ELSE 0 END
    WHERE excluded.hour_used + CASE WHEN b.hour = v_hour THEN b.hour_used ELSE 0 END <= p_hour
      AND excluded.day_used + CASE WHEN b.day = v_day THEN b.day_used ELSE 0 END <= p_day
    RETURNING b.actor, b.kind)
  SELECT array_agg(t.actor || ' ' || t.kind) INTO v_taken
  FROM taken t JOIN asked a ON a.actor = t.actor AND a.kind = t.kind AND a.may_fit;
  RETURN coalesce(v_taken, '{}');
END $$;

CREATE OR REPLACE FUNCTION log.explain_all(p_now timestamptz, p_requests jsonb)
RETURNS TABLE (place integer, role text, organisation text, actor text, refusal text, turned_away integer)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = log, pg_temp SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  v log.explained_request;
  v_all log.explained_request[];
  v_group record;
  v_taken text[] := '{}';
  v_people uuid[] := '{}';
  v_organisations text[] := '{}';
BEGIN
  PERFORM set_config('synchronous_commit', 'off', true);
  SELECT array_agg(ROW((asked.ordinality - 1)::integer, e.role, e.organisation, e.actor, asked.kind, asked.reference,
      asked.subjects, asked."isNew", asked."perHour", asked."perDay",
      EXISTS (SELECT FROM registry.access_findings f
        WHERE f.actor = e.actor AND f.stops AND f.decision IS DISTINCT FROM 'explained'))::log.explained_request
    ORDER BY e.actor, asked.kind) INTO v_all
  FROM ROWS FROM (jsonb_to_recordset(p_requests) AS (
    "actorKind" text, "signIn" uuid, service text, purpose text, kind text, reference uuid, subjects uuid[], "isNew" boolean,
    "perHour" integer, "perDay" integer
  )) WITH ORDINALITY AS asked, LATERAL log.explain(p_now, asked."actorKind", asked."signIn", asked.service, asked.purpose,
    asked.kind, asked.reference, asked.subjects, asked."isNew") AS e;

  -- An actor and kind always has the same limits, so that two round trips take their locks in one order.
  FOR v_group IN
    SELECT g.per_hour, g.per_day, array_agg(g.actor ORDER BY g.actor, g.kind) AS actors,
      array_agg(g.kind ORDER BY g.actor, g.kind) AS kinds, array_agg(g.units ORDER BY g.actor, g.kind) AS units
    FROM (SELECT a.actor, a.kind, a.per_hour, a.per_day, sum(cardinality(a.subjects))::integer AS units FROM unnest(v_all) AS a
      WHERE a.per_day IS NOT NULL AND NOT a.is_stopped AND a.kind <> 'break-glass' GROUP BY 1, 2, 3, 4) AS g
    GROUP BY 1, 2 ORDER BY 1, 2
  LOOP
    v_taken := v_taken || log.take_budgets(p_now, v_group.actors, v_group.kinds, v_group.units, v_group.per_hour, v_group.per_day);
  END LOOP;

  FOREACH v IN ARRAY coalesce(v_all, '{}') LOOP
    place := v.place;
    role := v.role;
    organisation := v.organisation;
    actor := v.actor;
    refusal := NULL;
    turned_away := 0;
    IF v.per_day IS NOT NULL THEN
      IF v.is_stopped THEN
        refusal := 'stopped';
      ELSE
        turned_away := CASE
          WHEN v.kind = 'break-glass' THEN log.take_grant(p_now, v.actor, v.reference, v.subjects[1], v.per_hour, v.per_day)
          WHEN v.actor || ' ' || v.kind = ANY (v_taken) THEN 0
          ELSE log.take_budget(p_now, v.actor, v.kind, cardinality(v.subjects), v.per_hour, v.per_day)
        END;
        refusal := CASE WHEN turned_away > 0 THEN 'spent' END;
      END IF;
      IF refusal IS NULL AND NOT v.is_new AND v.role <> 'citizen' AND v.kind <> 'break-glass' THEN
        v_people := v_people || v.subjects;
        v_organisations := v_organisations || array_fill(v.organisation, ARRAY[cardinality(v.subjects)]);
      END IF;
    END IF;
    RETURN NEXT;
  END LOOP;
  IF cardinality(v_people) > 0 THEN
    PERFORM log.tell_of(p_now, v_people, v_organisations);
  END IF;
END $$;
