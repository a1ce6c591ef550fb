-- What no commit may leave behind, whoever writes. Each check is made at COMMIT, on the rows as they are then: a step may
-- pass through what it ends. What a check reads of other rows it locks, so that two transactions cannot each be right alone.

CREATE FUNCTION refuse(name text, message text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '%', message USING ERRCODE = 'check_violation', CONSTRAINT = name;
END $$;
--> statement-breakpoint

-- A live entry has a user, and its callback, if it has one, is open and marked as queued. Nearly always the callback was
-- written by this transaction, so that nobody else can change it; one that was not is locked.
CREATE FUNCTION check_live_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM users WHERE id = NEW.user_id FOR KEY SHARE;
  IF FOUND AND NEW.callback_id IS NOT NULL THEN
    PERFORM FROM callbacks
      WHERE id = NEW.callback_id AND is_queued AND status IN ('pending', 'accepted', 'in_progress')
        AND xmin = pg_current_xact_id()::xid;
    IF NOT FOUND THEN
      PERFORM FROM callbacks
        WHERE id = NEW.callback_id AND is_queued AND status IN ('pending', 'accepted', 'in_progress') FOR SHARE;
    END IF;
  END IF;
  IF FOUND OR NOT EXISTS (
    SELECT FROM call_queue
    WHERE id = NEW.id AND user_id = NEW.user_id AND callback_id IS NOT DISTINCT FROM NEW.callback_id
      AND status IN ('pending', 'assigned', 'in_progress')
  ) THEN
    RETURN NULL;
  END IF;
  IF NOT EXISTS (SELECT FROM users WHERE id = NEW.user_id) THEN
    PERFORM refuse('live_entry_has_user', format('queue entry %s is live, and its user does not exist', NEW.id));
  END IF;
  PERFORM refuse('live_entry_has_open_callback',
    format('queue entry %s is live, and its callback is not open or not marked as queued', NEW.id));
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE CONSTRAINT TRIGGER live_entry_made AFTER INSERT ON call_queue
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (NEW.status IN ('pending', 'assigned', 'in_progress'))
  EXECUTE FUNCTION check_live_entry();
--> statement-breakpoint
CREATE CONSTRAINT TRIGGER live_entry_changed AFTER UPDATE ON call_queue
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (NEW.status IN ('pending', 'assigned', 'in_progress') AND (OLD.status IN ('completed', 'removed')
    OR OLD.user_id <> NEW.user_id OR OLD.callback_id IS DISTINCT FROM NEW.callback_id))
  EXECUTE FUNCTION check_live_entry();
--> statement-breakpoint

-- No live entry of a user who is gone.
CREATE FUNCTION check_deleted_user() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM call_queue WHERE user_id = OLD.id AND status IN ('pending', 'assigned', 'in_progress'))
    AND NOT EXISTS (SELECT FROM users WHERE id = OLD.id)
  THEN
    PERFORM refuse('live_entry_has_user', format('user %s is deleted and has a live queue entry', OLD.id));
  END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE CONSTRAINT TRIGGER user_deleted AFTER DELETE ON users
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  EXECUTE FUNCTION check_deleted_user();
--> statement-breakpoint

-- A callback is marked as queued exactly while it has a live entry. One that has ended is never marked (a CHECK).
CREATE FUNCTION check_mark(id_of_callback uuid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  -- Both by the same parameter: as a subquery of the callback's row, all live entries would be hashed for each check.
  PERFORM FROM callbacks WHERE id = id_of_callback AND is_queued <> EXISTS (
    SELECT FROM call_queue WHERE callback_id = id_of_callback AND status IN ('pending', 'assigned', 'in_progress'));
  IF FOUND THEN
    PERFORM refuse('open_callback_is_queued_as_marked',
      format('whether callback %s is marked as queued and whether it has a live entry differ', id_of_callback));
  END IF;
END $$;
--> statement-breakpoint
CREATE FUNCTION check_marked_callback() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM call_queue WHERE callback_id = NEW.id AND status IN ('pending', 'assigned', 'in_progress');
  IF FOUND <> NEW.is_queued THEN
    PERFORM check_mark(NEW.id); -- It may have been marked otherwise since.
  END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE FUNCTION check_callback_of_ended_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM check_mark(OLD.callback_id);
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE CONSTRAINT TRIGGER callback_marked_at_birth AFTER INSERT ON callbacks
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (NEW.is_queued)
  EXECUTE FUNCTION check_marked_callback();
--> statement-breakpoint
CREATE CONSTRAINT TRIGGER callback_marked AFTER UPDATE ON callbacks
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (OLD.is_queued <> NEW.is_queued)
  EXECUTE FUNCTION check_marked_callback();
--> statement-breakpoint
CREATE CONSTRAINT TRIGGER live_entry_ended AFTER UPDATE ON call_queue
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (OLD.callback_id IS NOT NULL AND OLD.status IN ('pending', 'assigned', 'in_progress')
    AND (NEW.status IN ('completed', 'removed') OR OLD.callback_id IS DISTINCT FROM NEW.callback_id))
  EXECUTE FUNCTION check_callback_of_ended_entry();
--> statement-breakpoint
CREATE CONSTRAINT TRIGGER live_entry_deleted AFTER DELETE ON call_queue
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (OLD.callback_id IS NOT NULL AND OLD.status IN ('pending', 'assigned', 'in_progress'))
  EXECUTE FUNCTION check_callback_of_ended_entry();
--> statement-breakpoint

-- Nobody is available and in a call.
CREATE FUNCTION check_claimant(id_of_agent integer) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM agent_sessions WHERE agent_id = id_of_agent AND logout_at IS NULL AND status = 'available')
    AND EXISTS (SELECT FROM call_queue WHERE claimed_by_agent_id = id_of_agent AND status = 'in_progress')
  THEN
    PERFORM refuse('claim_has_agent_at_work', format('agent %s is available and holds a claim', id_of_agent));
  END IF;
END $$;
--> statement-breakpoint
CREATE FUNCTION check_available_agent() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM check_claimant(NEW.agent_id);
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE FUNCTION check_claim() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM check_claimant(NEW.claimed_by_agent_id);
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE CONSTRAINT TRIGGER agent_became_available AFTER INSERT OR UPDATE ON agent_sessions
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (NEW.status = 'available' AND NEW.logout_at IS NULL)
  EXECUTE FUNCTION check_available_agent();
--> statement-breakpoint
CREATE CONSTRAINT TRIGGER entry_claimed AFTER INSERT OR UPDATE ON call_queue
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (NEW.status = 'in_progress')
  EXECUTE FUNCTION check_claim();
