--! safe
-- Each kind of explanation that is not about a person at the session site is a function of its own, replaced by the
-- migration of the concept it belongs to. Until then it explains nothing.
ALTER FUNCTION log.explains_staff RENAME TO explains_at_site;
ALTER FUNCTION log.explains_system RENAME TO explains_service;

CREATE FUNCTION log.explains_break_glass(p_now timestamptz, p_staff uuid, p_purpose text, p_reference uuid, p_subjects uuid[])
RETURNS boolean LANGUAGE sql STABLE AS $$ SELECT false $$;
CREATE FUNCTION log.explains_ticket(p_now timestamptz, p_staff uuid, p_purpose text, p_reference uuid, p_subjects uuid[])
RETURNS boolean LANGUAGE sql STABLE AS $$ SELECT false $$;
CREATE FUNCTION log.explains_inquiry(p_now timestamptz, p_staff uuid, p_purpose text, p_reference uuid, p_subjects uuid[])
RETURNS boolean LANGUAGE sql STABLE AS $$ SELECT false $$;

CREATE FUNCTION log.explains_staff(p_now timestamptz, p_staff uuid, p_facility uuid, p_purpose text, p_kind text,
  p_reference uuid, p_subjects uuid[], p_is_new boolean)
RETURNS boolean LANGUAGE plpgsql STABLE SET search_path = log, pg_temp AS $$
BEGIN
  RETURN CASE p_kind
    WHEN 'break-glass' THEN log.explains_break_glass(p_now, p_staff, p_purpose, p_reference, p_subjects)
    WHEN 'ticket' THEN log.explains_ticket(p_now, p_staff, p_purpose, p_reference, p_subjects)
    WHEN 'inquiry' THEN log.explains_inquiry(p_now, p_staff, p_purpose, p_reference, p_subjects)
    ELSE log.explains_at_site(p_now, p_staff, p_facility, p_purpose, p_kind, p_reference, p_subjects, p_is_new)
  END;
END $$;

CREATE FUNCTION log.explains_access_notice(p_now timestamptz, p_service text, p_purpose text, p_reference uuid, p_subjects uuid[])
RETURNS boolean LANGUAGE sql STABLE AS $$ SELECT false $$;
CREATE FUNCTION log.explains_ticket_service(p_now timestamptz, p_service text, p_purpose text, p_reference uuid, p_subjects uuid[])
RETURNS boolean LANGUAGE sql STABLE AS $$ SELECT false $$;
CREATE FUNCTION log.explains_inquiry_notice(p_now timestamptz, p_service text, p_purpose text, p_reference uuid, p_subjects uuid[])
RETURNS boolean LANGUAGE sql STABLE AS $$ SELECT false $$;

CREATE FUNCTION log.explains_system(p_now timestamptz, p_service text, p_purpose text, p_kind text, p_reference uuid, p_subjects uuid[])
RETURNS boolean LANGUAGE plpgsql STABLE SET search_path = log, pg_temp AS $$
BEGIN
  RETURN CASE p_kind
    WHEN 'access-notice' THEN log.explains_access_notice(p_now, p_service, p_purpose, p_reference, p_subjects)
    WHEN 'ticket' THEN log.explains_ticket_service(p_now, p_service, p_purpose, p_reference, p_subjects)
    WHEN 'inquiry' THEN log.explains_inquiry_notice(p_now, p_service, p_purpose, p_reference, p_subjects)
    ELSE log.explains_service(p_now, p_service, p_purpose, p_kind, p_reference, p_subjects)
  END;
END $$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA log FROM PUBLIC;
