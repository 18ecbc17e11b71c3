--! safe
-- Places: states, districts and facilities. Public reference data; nothing personal stands here.
CREATE SCHEMA registry;
GRANT USAGE ON SCHEMA registry TO sakshi_app, sakshi_auditor;

CREATE TABLE registry.states (
  state_id integer PRIMARY KEY,
  name text NOT NULL
);
COMMENT ON TABLE registry.states IS 'class=public; Co-WIN state ids';

CREATE TABLE registry.districts (
  district_id integer PRIMARY KEY,
  state_id integer NOT NULL REFERENCES registry.states,
  name text NOT NULL
);
CREATE INDEX districts_by_state ON registry.districts (state_id, name);
COMMENT ON TABLE registry.districts IS 'class=public; Co-WIN district ids';

CREATE TABLE registry.facilities (
  facility_id uuid PRIMARY KEY,
  center_id integer NOT NULL UNIQUE,
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  address text NOT NULL,
  state_id integer NOT NULL REFERENCES registry.states,
  district_id integer NOT NULL REFERENCES registry.districts,
  block_name text NOT NULL DEFAULT 'Not Applicable',
  pincode integer NOT NULL CHECK (pincode BETWEEN 100000 AND 999999),
  latitude double precision,
  longitude double precision,
  opens_at time NOT NULL DEFAULT '09:00',
  closes_at time NOT NULL DEFAULT '17:00',
  fee_type text NOT NULL CHECK (fee_type IN ('Free', 'Paid')),
  is_active boolean NOT NULL DEFAULT true,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX facilities_by_district ON registry.facilities (district_id, name);
COMMENT ON TABLE registry.facilities IS 'class=public; where vaccination sessions are held';

GRANT SELECT ON ALL TABLES IN SCHEMA registry TO sakshi_app, sakshi_auditor;
GRANT INSERT, UPDATE ON registry.facilities, registry.states, registry.districts TO sakshi_app;
