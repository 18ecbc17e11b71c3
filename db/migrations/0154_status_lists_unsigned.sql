--! safe
-- The vault signs a status list when it is asked for; no signed copy is kept.
ALTER TABLE registry.status_lists DROP COLUMN published_at, DROP COLUMN token;
COMMENT ON TABLE registry.status_lists IS 'class=public; how many places of each list are taken';
