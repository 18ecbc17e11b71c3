--! safe
-- A request for consent that nobody answered names nobody and is of use to nobody: it goes a week after its day. The
-- application may delete by this function only; what was answered stays as the person's record does.
CREATE INDEX consents_unanswered ON registry.consents (answer_by) WHERE state = 'REQUESTED';

CREATE FUNCTION registry.forget_unanswered_consents(p_before timestamptz) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = registry, pg_temp AS $$
  DELETE FROM registry.consents WHERE state = 'REQUESTED' AND answer_by < p_before;
$$;
REVOKE ALL ON FUNCTION registry.forget_unanswered_consents FROM PUBLIC;
GRANT EXECUTE ON FUNCTION registry.forget_unanswered_consents TO sakshi_app;
