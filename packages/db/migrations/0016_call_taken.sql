-- An inbound call that telephony has opened is of nobody, until an agent takes it.
CREATE OR REPLACE FUNCTION tell_call() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  told text := CASE NEW.status WHEN 'in_progress' THEN 'call.started' ELSE 'call.ended' END;
  moment timestamptz := coalesce(NEW.completed_at, NEW.started_at);
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.status = OLD.status AND NEW.last_outcome_type IS NOT DISTINCT FROM OLD.last_outcome_type THEN
    told := 'call.taken';
    moment := now();
  END IF;
  INSERT INTO events (type, at, callback_id, user_id, agent_id, data)
  VALUES (told, moment, NEW.callback_id, NEW.user_id, NEW.agent_id,
    jsonb_build_object('callSessionId', NEW.id, 'direction', NEW.direction)
      || CASE told WHEN 'call.ended' THEN jsonb_build_object('outcomeType', NEW.last_outcome_type,
        'durationSeconds', NEW.duration_seconds, 'isReleased', NEW.released_at IS NOT NULL) ELSE '{}' END);
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE OR REPLACE TRIGGER call_sessions_tell AFTER UPDATE ON call_sessions FOR EACH ROW
  WHEN (NEW.status <> OLD.status OR NEW.last_outcome_type IS DISTINCT FROM OLD.last_outcome_type
    OR (OLD.agent_id IS NULL AND NEW.agent_id IS NOT NULL)) EXECUTE FUNCTION tell_call();
