--! safe
-- The explanation of services by a ticket compared rows of unlike types and always failed; the rule is the same.
CREATE OR REPLACE FUNCTION log.explains_ticket_service(p_now timestamptz, p_service text, p_purpose text, p_reference uuid, p_subjects uuid[])
RETURNS boolean LANGUAGE sql STABLE SET search_path = registry, log, pg_temp AS $$
  SELECT cardinality(p_subjects) = 1 AND EXISTS (
    SELECT FROM registry.tickets t
    WHERE t.ticket_id = p_reference AND CASE
      WHEN p_service = 'certificates' AND p_purpose = 'certificate' THEN t.beneficiary_id = p_subjects[1] AND (
        (t.state = 'proposed' AND t.proposal = 'accept' AND t.assigned_to <> t.proposed_by)
        OR (t.state = 'open' AND t.kind = 'passport'))
      WHEN p_service = 'messages' AND p_purpose = 'notice' THEN p_subjects[1] IN (t.beneficiary_id, t.other_id)
        AND t.changed_at BETWEEN p_now - interval '30 days' AND p_now + interval '1 minute'
      ELSE false
    END);
$$;
