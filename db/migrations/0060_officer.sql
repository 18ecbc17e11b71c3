--! safe
-- What admins need of facilities and sessions: finding by PIN code and state, and why a session was cancelled.
CREATE INDEX facilities_by_pincode ON registry.facilities (pincode);
CREATE INDEX facilities_by_state ON registry.facilities (state_id, name);
CREATE INDEX sessions_by_state ON registry.sessions (state_id, held_on);
ALTER TABLE registry.sessions
  ADD COLUMN cancelled_by uuid,
  ADD COLUMN cancel_reason text CHECK (cancel_reason IN ('no-stock', 'staff-absent', 'site-closed', 'weather', 'other'));
COMMENT ON COLUMN registry.sessions.cancel_reason IS 'class=public; told to the booked, from a closed list';
COMMENT ON TABLE registry.sessions IS 'class=public once published; a facility gives one product on one day to an age range';
COMMENT ON TABLE registry.batches IS 'class=internal; stock by lot; doses_used counts doses recorded as given';
