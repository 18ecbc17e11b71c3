--! safe
-- Reports of the internal review. The operator's command writes them, signed; the application only shows them, and can
-- neither make nor change one.
CREATE TABLE registry.reviews (
  review_id uuid PRIMARY KEY,
  started_at timestamptz NOT NULL,
  finished_at timestamptz,
  passed integer,
  failed integer,
  not_checked integer,
  note text,
  CHECK ((finished_at IS NULL) = (note IS NULL)),
  CHECK ((finished_at IS NULL) = (passed IS NULL) AND (passed IS NULL) = (failed IS NULL) AND (passed IS NULL) = (not_checked IS NULL))
);
CREATE INDEX reviews_by_start ON registry.reviews (started_at DESC);
COMMENT ON TABLE registry.reviews IS 'class=internal; reports of the internal review, signed; one without an end runs, or was broken off';
GRANT SELECT ON registry.reviews TO sakshi_app;
