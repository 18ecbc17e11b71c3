--! safe
-- Set before the key is destroyed: from then on an erasure cannot be taken back.
ALTER TABLE registry.erasures ADD COLUMN started_at timestamptz;
GRANT UPDATE (started_at) ON registry.erasures TO sakshi_app;
