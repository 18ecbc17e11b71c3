--! safe
-- A leaked list that holds a canary can have come from here only. The inquirer has the other half of the key (the
-- pseudonyms' key) already; which people are canaries stays inside the vault, and only a count of hits comes out.
GRANT EXECUTE ON FUNCTION log.share_of_canary_key TO sakshi_inquirer;
