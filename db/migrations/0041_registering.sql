--! safe
-- A form that comes twice registers one person; the notice that was agreed to is kept with the registration.
ALTER TABLE registry.beneficiaries ADD COLUMN request_key uuid;
ALTER TABLE registry.beneficiaries ADD COLUMN consent_version smallint NOT NULL DEFAULT 1;
ALTER TABLE registry.beneficiaries ADD CONSTRAINT beneficiaries_request_once UNIQUE (account_id, request_key);
COMMENT ON COLUMN registry.beneficiaries.request_key IS 'class=internal; the caller''s key, so that a repeated request makes one person';
COMMENT ON COLUMN registry.beneficiaries.consent_version IS 'class=internal; which text of the consent notice was agreed to, at created_at';
