CREATE TABLE "events" (
	"slot" smallint DEFAULT (extract(epoch from now())::bigint / 86400 % 64)::smallint NOT NULL,
	"tx" "xid8" DEFAULT pg_current_xact_id() NOT NULL,
	"id" bigint GENERATED ALWAYS AS IDENTITY (sequence name "events_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"type" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"callback_id" uuid,
	"user_id" bigint,
	"agent_id" integer,
	"queue_type" text COLLATE "C",
	"actor" jsonb,
	"data" jsonb NOT NULL
) PARTITION BY LIST ("slot");
--> statement-breakpoint
CREATE INDEX "events_in_order" ON "events" USING btree ("tx","id");
--> statement-breakpoint

-- From here on by hand: what the schema in TypeScript cannot say.

DO $$
BEGIN
  FOR slot IN 0..63 LOOP
    EXECUTE format('CREATE TABLE events_%s PARTITION OF events FOR VALUES IN (%s)', slot, slot);
  END LOOP;
END $$;
--> statement-breakpoint

-- A moment as JSON of the API has it.
CREATE FUNCTION iso(moment timestamptz) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
$$;
--> statement-breakpoint

-- Empties the partition of a day, which only the owner of a table may do.
CREATE FUNCTION empty_event_slot(slot smallint) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
  EXECUTE format('TRUNCATE events_%s', slot);
END $$;
--> statement-breakpoint
REVOKE EXECUTE ON FUNCTION empty_event_slot FROM public;
--> statement-breakpoint

-- What somebody wrote about a user, or a server about an error, is in the history alone.
CREATE FUNCTION tell_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO events (type, at, callback_id, agent_id, actor, data)
  SELECT 'callback.' || kind, at, callback_id, agent_id, actor - 'sub',
    CASE WHEN kind IN ('cancelled', 'snoozed', 'rescheduled', 'routing_failed') THEN details - 'reason' ELSE details END
  FROM made ORDER BY id;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER callback_notifications_tell AFTER INSERT ON callback_notifications
  REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION tell_history();
--> statement-breakpoint

CREATE FUNCTION tell_agent() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO events (type, at, agent_id, data)
  VALUES ('agent.changed', coalesce(NEW.logout_at, NEW.status_since), NEW.agent_id,
    jsonb_build_object('status', CASE WHEN NEW.logout_at IS NULL THEN NEW.status END));
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER agent_sessions_tell_of_new AFTER INSERT ON agent_sessions
  FOR EACH ROW EXECUTE FUNCTION tell_agent();
--> statement-breakpoint
CREATE TRIGGER agent_sessions_tell AFTER UPDATE ON agent_sessions FOR EACH ROW
  WHEN (NEW.status <> OLD.status OR NEW.logout_at IS DISTINCT FROM OLD.logout_at) EXECUTE FUNCTION tell_agent();
--> statement-breakpoint

CREATE FUNCTION tell_ordinary_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO events (type, at, user_id, agent_id, queue_type, data)
  VALUES ('queue.changed', NEW.updated_at, NEW.user_id, coalesce(NEW.claimed_by_agent_id, NEW.assigned_to_agent_id), NEW.queue_type,
    jsonb_build_object('queueEntryId', NEW.id::text, 'version', NEW.version, 'status', NEW.status,
      'priorityScore', NEW.priority_score, 'availableFrom', iso(NEW.available_from)));
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER call_queue_tell_of_new AFTER INSERT ON call_queue FOR EACH ROW
  WHEN (NEW.callback_id IS NULL) EXECUTE FUNCTION tell_ordinary_entry();
--> statement-breakpoint
CREATE TRIGGER call_queue_tell AFTER UPDATE ON call_queue FOR EACH ROW
  WHEN (NEW.callback_id IS NULL AND (NEW.status, NEW.queue_type, NEW.priority_score, NEW.available_from, NEW.on_hold_until)
    IS DISTINCT FROM (OLD.status, OLD.queue_type, OLD.priority_score, OLD.available_from, OLD.on_hold_until))
  EXECUTE FUNCTION tell_ordinary_entry();
--> statement-breakpoint

CREATE FUNCTION tell_call() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO events (type, at, callback_id, user_id, agent_id, data)
  VALUES (CASE NEW.status WHEN 'in_progress' THEN 'call.started' ELSE 'call.ended' END,
    coalesce(NEW.completed_at, NEW.started_at), NEW.callback_id, NEW.user_id, NEW.agent_id,
    jsonb_build_object('callSessionId', NEW.id, 'direction', NEW.direction)
      || CASE NEW.status WHEN 'in_progress' THEN '{}' ELSE jsonb_build_object('outcomeType', NEW.last_outcome_type,
        'durationSeconds', NEW.duration_seconds, 'isReleased', NEW.released_at IS NOT NULL) END);
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER call_sessions_tell_of_new AFTER INSERT ON call_sessions FOR EACH ROW EXECUTE FUNCTION tell_call();
--> statement-breakpoint
CREATE TRIGGER call_sessions_tell AFTER UPDATE ON call_sessions FOR EACH ROW
  WHEN (NEW.status <> OLD.status OR NEW.last_outcome_type IS DISTINCT FROM OLD.last_outcome_type) EXECUTE FUNCTION tell_call();
--> statement-breakpoint

CREATE FUNCTION tell_tick() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO events (type, at, data)
  VALUES (CASE WHEN NEW.finished_at IS NOT NULL THEN 'tick.finished' WHEN NEW.abandoned_at IS NOT NULL THEN 'tick.abandoned'
      ELSE 'tick.started' END,
    coalesce(NEW.finished_at, NEW.abandoned_at, NEW.started_at),
    jsonb_build_object('runId', NEW.id, 'trigger', NEW.trigger)
      || CASE WHEN NEW.finished_at IS NULL AND NEW.abandoned_at IS NULL THEN '{}' ELSE jsonb_build_object(
        'processed', NEW.processed, 'notified', NEW.notified, 'routed', NEW.routed, 'unassigned', NEW.unassigned,
        'deferred', NEW.deferred, 'alreadyQueued', NEW.already_queued, 'errors', NEW.errors) END);
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER cron_runs_tell_of_new AFTER INSERT ON cron_runs FOR EACH ROW EXECUTE FUNCTION tell_tick();
--> statement-breakpoint
CREATE TRIGGER cron_runs_tell AFTER UPDATE ON cron_runs FOR EACH ROW
  WHEN (NEW.finished_at IS DISTINCT FROM OLD.finished_at OR NEW.abandoned_at IS DISTINCT FROM OLD.abandoned_at)
  EXECUTE FUNCTION tell_tick();
--> statement-breakpoint

CREATE FUNCTION tell_alert() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO events (type, at, data) VALUES ('alert.begins', NEW.since, jsonb_build_object('name', NEW.name));
  ELSE
    INSERT INTO events (type, at, data) VALUES ('alert.ends', now(), jsonb_build_object('name', OLD.name, 'since', iso(OLD.since)));
  END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER alerts_tell AFTER INSERT OR DELETE ON alerts FOR EACH ROW EXECUTE FUNCTION tell_alert();
--> statement-breakpoint

CREATE FUNCTION tell_policy() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO events (type, at, queue_type, actor, data)
  VALUES ('policy.changed', NEW.written_at, NEW.queue_type, NEW.written_by - 'sub', jsonb_build_object('version', NEW.version));
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER policies_tell AFTER INSERT ON policies FOR EACH ROW EXECUTE FUNCTION tell_policy();
