--! safe
-- A ticket whose day has passed goes up: to the officers of the state, and when they let it lie too, of the country.
ALTER TABLE registry.tickets
  ADD COLUMN level text NOT NULL DEFAULT 'district' CHECK (level IN ('district', 'state', 'country')),
  ADD COLUMN escalated_at timestamptz,
  ADD CHECK ((level = 'district') = (escalated_at IS NULL));
COMMENT ON COLUMN registry.tickets.level IS 'class=internal; whose list it stands on top of';
CREATE INDEX tickets_waiting ON registry.tickets (due_at) WHERE state IN ('open', 'proposed');

-- The person is told that it went up, as of a step.
CREATE OR REPLACE FUNCTION log.explains_ticket_service(p_now timestamptz, p_service text, p_purpose text, p_reference uuid, p_subjects uuid[])
RETURNS boolean LANGUAGE sql STABLE SET search_path = registry, log, pg_temp AS $$
  SELECT cardinality(p_subjects) = 1 AND EXISTS (
    SELECT FROM registry.tickets t
    WHERE t.ticket_id = p_reference AND CASE
      WHEN p_service = 'certificates' AND p_purpose = 'certificate' THEN t.beneficiary_id = p_subjects[1] AND (
        (t.state = 'proposed' AND t.proposal = 'accept' AND t.assigned_to <> t.proposed_by)
        OR (t.state = 'open' AND t.kind = 'passport'))
      WHEN p_service = 'messages' AND p_purpose = 'notice' THEN p_subjects[1] IN (t.beneficiary_id, t.other_id)
        AND greatest(t.changed_at, t.escalated_at) BETWEEN p_now - interval '30 days' AND p_now + interval '1 minute'
      ELSE false
    END);
$$;
