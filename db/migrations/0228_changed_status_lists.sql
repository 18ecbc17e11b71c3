--! safe
-- Which lists changed lately is found without reading all that was ever revoked.
CREATE INDEX status_places_lately ON registry.status_places (revoked_at) WHERE revoked_at IS NOT NULL;
