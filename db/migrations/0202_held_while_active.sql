--! safe
-- Who was taken off an account, or merged into another registration, is not the old number's to look at or change any more.
-- The list of who looked stays open to it until the person is erased.
CREATE FUNCTION log.all_active_of(p_account uuid, p_subjects uuid[]) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = registry, pg_temp AS $$
BEGIN
  RETURN (SELECT count(*) = cardinality(p_subjects) FROM registry.beneficiaries b
    WHERE b.beneficiary_id = ANY (p_subjects) AND b.account_id = p_account AND b.state = 'active');
END $$;

CREATE OR REPLACE FUNCTION log.explains_citizen(p_account uuid, p_purpose text, p_kind text, p_subjects uuid[], p_is_new boolean)
RETURNS boolean LANGUAGE plpgsql STABLE SET search_path = log, pg_temp AS $$
BEGIN
  RETURN p_kind = 'own-sign-in' AND CASE
    WHEN p_is_new THEN log.all_new(p_subjects)
    WHEN p_purpose = 'own-log' THEN log.all_held_by(p_account, p_subjects)
    ELSE p_purpose IN ('own-view', 'own-change', 'consent') AND log.all_active_of(p_account, p_subjects)
  END;
END $$;
REVOKE ALL ON FUNCTION log.all_active_of FROM PUBLIC;
