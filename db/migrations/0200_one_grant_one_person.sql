--! safe
-- The key of a form is good for one person: two who came by the same key would share one notice, one reason and one
-- review, and two tickets one decision.
DROP INDEX registry.break_glass_by_id;
CREATE UNIQUE INDEX break_glass_by_id ON registry.break_glass (grant_id);
DROP INDEX registry.tickets_by_id;
CREATE UNIQUE INDEX tickets_by_id ON registry.tickets (ticket_id);
