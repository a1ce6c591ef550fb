-- The check of live entries, for a third of the time: the first entry that a transaction has made is checked together with
-- all others that it has made, and these find that done.

-- Refuses a live entry without a user, or of a callback that is not open and marked as queued; what it finds, it locks.
CREATE FUNCTION check_entry(entry call_queue) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM users WHERE id = entry.user_id FOR KEY SHARE;
  IF FOUND AND entry.callback_id IS NOT NULL THEN
    PERFORM FROM callbacks
      WHERE id = entry.callback_id AND is_queued AND status IN ('pending', 'accepted', 'in_progress') FOR SHARE;
  END IF;
  IF FOUND THEN
    RETURN;
  END IF;

  PERFORM FROM call_queue
    WHERE id = entry.id AND user_id = entry.user_id AND callback_id IS NOT DISTINCT FROM entry.callback_id
      AND status IN ('pending', 'assigned', 'in_progress');
  IF NOT FOUND THEN
    RETURN;
  END IF;

  IF NOT EXISTS (SELECT FROM users WHERE id = entry.user_id) THEN
    PERFORM refuse('live_entry_has_user', format('queue entry %s is live, and its user does not exist', entry.id));
  END IF;
  PERFORM refuse('live_entry_has_open_callback',
    format('queue entry %s is live, and its callback is not open or not marked as queued', entry.id));
END $$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION check_live_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM check_entry(NEW);
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE FUNCTION check_made_entry() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  doubtful call_queue;
BEGIN
  IF NEW.id <= nullif(current_setting('ringback.entries_checked_to', true), '')::bigint THEN
    RETURN NULL;
  END IF;
  -- Nearly always the transaction has written the callback as well, so that nobody else can change it.
  FOR doubtful IN
    SELECT * FROM (SELECT * FROM call_queue WHERE changed_in = pg_current_xact_id() OFFSET 0) q -- by no other index
    WHERE status IN ('pending', 'assigned', 'in_progress') AND NOT EXISTS (
      SELECT FROM users u, callbacks c
      WHERE u.id = q.user_id AND c.id = q.callback_id AND c.is_queued
        AND c.status IN ('pending', 'accepted', 'in_progress') AND c.xmin = pg_current_xact_id()::xid
      FOR KEY SHARE OF u)
  LOOP
    PERFORM check_entry(doubtful);
  END LOOP;
  -- Until the transaction ends.
  PERFORM set_config('ringback.entries_checked_to', greatest(max(id), NEW.id)::text, true)
    FROM call_queue WHERE changed_in = pg_current_xact_id();
  RETURN NULL;
END $$;
--> statement-breakpoint
DROP TRIGGER live_entry_made ON call_queue;
--> statement-breakpoint
CREATE CONSTRAINT TRIGGER live_entry_made AFTER INSERT ON call_queue
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (NEW.status IN ('pending', 'assigned', 'in_progress'))
  EXECUTE FUNCTION check_made_entry();
--> statement-breakpoint

-- Nobody is available and in a call. A claim locks the session that it finds at work, so that nobody makes it available
-- meanwhile, and waits for who is about to.
CREATE OR REPLACE FUNCTION check_claim() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM agent_sessions
    WHERE agent_id = NEW.claimed_by_agent_id AND logout_at IS NULL AND status <> 'available' FOR SHARE;
  IF NOT FOUND THEN
    PERFORM check_claimant(NEW.claimed_by_agent_id);
  END IF;
  RETURN NULL;
END $$;
