--! safe
-- A key that is changed goes on for an agreed time beside its successor; a partner's budget can be set.
GRANT UPDATE (expires_at) ON registry.partner_keys TO sakshi_app;
GRANT UPDATE (requests_a_minute) ON registry.partners TO sakshi_app;
