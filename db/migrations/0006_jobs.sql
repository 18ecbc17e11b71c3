--! safe
-- The outbox. graphile-worker's own tables are made by its own migrations as sakshi_worker, before this file
-- runs; the application reaches them through this one function only.
CREATE FUNCTION registry.enqueue(kind text, payload jsonb, key text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = graphile_worker, pg_temp AS $$
  SELECT graphile_worker.add_job(kind, payload::json, job_key => key, max_attempts => 25);
$$;
-- A new owner needs CREATE on the schema while it becomes the owner, and not after.
GRANT USAGE, CREATE ON SCHEMA registry TO sakshi_worker;
ALTER FUNCTION registry.enqueue OWNER TO sakshi_worker;
REVOKE CREATE ON SCHEMA registry FROM sakshi_worker;
REVOKE ALL ON FUNCTION registry.enqueue FROM PUBLIC;
GRANT EXECUTE ON FUNCTION registry.enqueue TO sakshi_app;
