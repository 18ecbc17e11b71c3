--! safe
-- Canaries: invented people whom nobody has a reason to look at. Which they are follows from a key that lies in two
-- halves, one here and one in the recorder's key file; here stand commitments only, made before use.
CREATE TABLE log.canary_share (
  id smallint PRIMARY KEY CHECK (id = 1),
  share bytea NOT NULL CHECK (octet_length(share) = 32)
);
INSERT INTO log.canary_share
SELECT 1, decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex');
COMMENT ON TABLE log.canary_share IS 'class=secret; one half of the key that tells canaries from people; worth nothing alone';

CREATE TABLE log.canary_batches (
  batch_id uuid PRIMARY KEY,
  planted_at timestamptz NOT NULL,
  commitments bytea[] NOT NULL
);
COMMENT ON TABLE log.canary_batches IS 'class=internal; a salted commitment for each canary, and how many there are: what counts of people leave out';
GRANT SELECT ON log.canary_batches TO sakshi_auditor;

CREATE FUNCTION log.share_of_canary_key() RETURNS bytea
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = log, pg_temp AS $$
  SELECT share FROM log.canary_share;
$$;

CREATE FUNCTION log.add_canaries(p_batch uuid, p_at timestamptz, p_commitments bytea[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = log, pg_temp AS $$
  INSERT INTO log.canary_batches VALUES (p_batch, p_at, p_commitments);
$$;

-- Somebody asked for a canary. Whoever is behind the sign-in is stopped, whatever the explanation.
CREATE FUNCTION log.note_canary(p_now timestamptz, p_actor_kind text, p_sign_in uuid, p_claim text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = log, pg_temp AS $$
DECLARE
  v_actor text;
BEGIN
  IF p_actor_kind = 'staff' THEN
    SELECT 'staff:' || i.staff_id INTO v_actor FROM registry.staff_sign_ins i WHERE i.sign_in_id = p_sign_in;
  ELSIF p_actor_kind = 'citizen' THEN
    SELECT 'account:' || i.account_id INTO v_actor FROM registry.sign_ins i WHERE i.sign_in_id = p_sign_in;
  ELSIF p_actor_kind = 'partner' THEN
    SELECT 'partner:' || k.partner_id INTO v_actor FROM registry.partner_keys k WHERE k.key_id = p_sign_in;
  END IF;
  PERFORM log.find(p_now, 'canary', coalesce(v_actor, p_claim), '[{"reason": "canary"}]', true);
END $$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA log FROM PUBLIC;
GRANT EXECUTE ON FUNCTION log.share_of_canary_key, log.add_canaries, log.note_canary TO sakshi_recorder;
