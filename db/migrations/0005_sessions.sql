--! safe
-- Vaccination sessions, their places, stock, and appointments. Home key: session_id.
CREATE TABLE registry.batches (
  facility_id uuid NOT NULL REFERENCES registry.facilities,
  batch_id uuid NOT NULL,
  product text NOT NULL,
  lot_number text NOT NULL CHECK (lot_number ~ '^[0-9A-Za-z/-]{1,30}$'),
  expires_on date NOT NULL,
  doses_received integer NOT NULL CHECK (doses_received > 0),
  doses_used integer NOT NULL DEFAULT 0 CHECK (doses_used >= 0),
  withdrawn_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (facility_id, batch_id),
  UNIQUE (facility_id, product, lot_number)
);

CREATE TABLE registry.sessions (
  session_id uuid PRIMARY KEY,
  facility_id uuid NOT NULL REFERENCES registry.facilities,
  state_id integer NOT NULL REFERENCES registry.states,
  district_id integer NOT NULL REFERENCES registry.districts,
  pincode integer NOT NULL,
  product text NOT NULL,
  held_on date NOT NULL,
  min_age integer NOT NULL CHECK (min_age BETWEEN 0 AND 120),
  max_age integer CHECK (max_age BETWEEN min_age AND 120),
  fee_rupees integer NOT NULL DEFAULT 0 CHECK (fee_rupees >= 0),
  status text NOT NULL CHECK (status IN ('draft', 'published', 'cancelled')),
  created_by uuid,
  created_at timestamptz NOT NULL DEFAULT now(),
  published_at timestamptz,
  cancelled_at timestamptz
);
CREATE INDEX sessions_by_district ON registry.sessions (district_id, held_on);
CREATE INDEX sessions_by_pincode ON registry.sessions (pincode, held_on);
CREATE INDEX sessions_by_facility ON registry.sessions (facility_id, held_on);

CREATE TABLE registry.slots (
  session_id uuid NOT NULL REFERENCES registry.sessions,
  slot_number smallint NOT NULL CHECK (slot_number BETWEEN 1 AND 48),
  starts_at time NOT NULL,
  ends_at time NOT NULL CHECK (ends_at > starts_at),
  PRIMARY KEY (session_id, slot_number)
);

-- A place is sold by one conditional UPDATE here; the CHECK is the last fence. pool: walk-in, dose1, dose2, precaution.
CREATE TABLE registry.places (
  session_id uuid NOT NULL,
  slot_number smallint NOT NULL,
  pool text NOT NULL CHECK (pool IN ('walk-in', 'dose1', 'dose2', 'precaution')),
  capacity integer NOT NULL CHECK (capacity BETWEEN 0 AND 10000),
  taken integer NOT NULL DEFAULT 0 CHECK (taken BETWEEN 0 AND capacity),
  PRIMARY KEY (session_id, slot_number, pool),
  FOREIGN KEY (session_id, slot_number) REFERENCES registry.slots
);

-- One appointment may cover several members of an account (Co-WIN's appointment_confirmation_no).
CREATE TABLE registry.appointments (
  session_id uuid NOT NULL REFERENCES registry.sessions,
  appointment_id uuid NOT NULL,
  beneficiary_id uuid NOT NULL,
  account_id uuid NOT NULL,
  slot_number smallint NOT NULL,
  pool text NOT NULL,
  dose_number smallint NOT NULL CHECK (dose_number BETWEEN 1 AND 20),
  channel text NOT NULL CHECK (channel IN ('online', 'walk-in')),
  status text NOT NULL CHECK (status IN ('booked', 'checked-in', 'completed', 'cancelled', 'moved')),
  request_key uuid NOT NULL,
  code_tries integer NOT NULL DEFAULT 0,
  booked_at timestamptz NOT NULL,
  checked_in_at timestamptz,
  checked_in_by uuid,
  ended_at timestamptz,
  PRIMARY KEY (session_id, appointment_id, beneficiary_id),
  UNIQUE (session_id, request_key, beneficiary_id)
);
CREATE INDEX appointments_by_account ON registry.appointments (account_id, booked_at DESC);
CREATE INDEX appointments_by_id ON registry.appointments (appointment_id);
COMMENT ON TABLE registry.appointments IS 'class=internal, pseudonymous; ids only';

-- Reservation row with the person as home key: at most one live appointment a person.
CREATE TABLE registry.live_appointments (
  beneficiary_id uuid PRIMARY KEY,
  session_id uuid NOT NULL,
  appointment_id uuid NOT NULL
);

CREATE TABLE registry.vaccinations (
  beneficiary_id uuid NOT NULL,
  vaccination_id uuid NOT NULL,
  dose_number smallint NOT NULL CHECK (dose_number BETWEEN 1 AND 20),
  session_id uuid NOT NULL,
  facility_id uuid NOT NULL,
  status text NOT NULL CHECK (status IN ('valid', 'entered-in-error')),
  request_key uuid NOT NULL,
  recorded_by uuid NOT NULL,
  recorded_at timestamptz NOT NULL,
  observe_until timestamptz,
  voided_at timestamptz,
  voided_by uuid,
  PRIMARY KEY (beneficiary_id, vaccination_id),
  UNIQUE (beneficiary_id, request_key)
);
CREATE UNIQUE INDEX one_valid_dose ON registry.vaccinations (beneficiary_id, dose_number) WHERE status = 'valid';
CREATE INDEX vaccinations_by_session ON registry.vaccinations (session_id);
COMMENT ON TABLE registry.vaccinations IS 'class=internal, pseudonymous; product, batch and vaccinator lie sealed in vault.records as dose/<vaccination_id>';

CREATE TABLE registry.aefi_reports (
  beneficiary_id uuid NOT NULL,
  report_id uuid NOT NULL,
  vaccination_id uuid NOT NULL,
  severity text NOT NULL CHECK (severity IN ('minor', 'severe', 'serious')),
  reported_by uuid NOT NULL,
  reported_at timestamptz NOT NULL,
  PRIMARY KEY (beneficiary_id, report_id)
);
COMMENT ON TABLE registry.aefi_reports IS 'class=internal, pseudonymous; what happened lies sealed as aefi/<report_id>';

CREATE TABLE registry.certificates (
  beneficiary_id uuid NOT NULL,
  certificate_id text NOT NULL,
  vaccination_id uuid NOT NULL,
  status text NOT NULL CHECK (status IN ('valid', 'revoked')),
  issued_at timestamptz NOT NULL,
  revoked_at timestamptz,
  PRIMARY KEY (beneficiary_id, certificate_id),
  UNIQUE (beneficiary_id, vaccination_id)
);
COMMENT ON TABLE registry.certificates IS 'class=internal, pseudonymous; the signed text lies sealed as certificate/<certificate_id>';

-- Public figures, counted from events as they happen; an event is counted once.
CREATE TABLE registry.coverage_daily (
  given_on date NOT NULL,
  state_id integer NOT NULL,
  district_id integer NOT NULL,
  product text NOT NULL,
  dose_number smallint NOT NULL,
  doses integer NOT NULL,
  PRIMARY KEY (given_on, district_id, product, dose_number)
);
CREATE TABLE registry.coverage_events (event_id uuid PRIMARY KEY, counted_at timestamptz NOT NULL);
COMMENT ON TABLE registry.coverage_daily IS 'class=public after small-number suppression';

GRANT SELECT, INSERT, UPDATE ON registry.batches, registry.sessions, registry.slots, registry.places,
  registry.appointments, registry.live_appointments, registry.vaccinations, registry.aefi_reports,
  registry.certificates, registry.coverage_daily, registry.coverage_events TO sakshi_app;
GRANT DELETE ON registry.live_appointments, registry.slots, registry.places, registry.coverage_events TO sakshi_app;
