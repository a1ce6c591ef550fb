CREATE TYPE "public"."agent_status" AS ENUM('available', 'busy', 'wrap_up', 'away');--> statement-breakpoint
CREATE TYPE "public"."queue_entry_status" AS ENUM('pending', 'assigned', 'in_progress', 'completed', 'removed');--> statement-breakpoint
CREATE TYPE "public"."queue_type" AS ENUM('unsigned_users', 'outstanding_requests');--> statement-breakpoint
CREATE TYPE "public"."call_direction" AS ENUM('inbound', 'outbound');--> statement-breakpoint
CREATE TYPE "public"."call_session_status" AS ENUM('in_progress', 'completed');--> statement-breakpoint
CREATE TYPE "public"."outcome_type" AS ENUM('resolved', 'callback_requested', 'no_answer', 'busy', 'voicemail', 'wrong_number', 'declined', 'do_not_call', 'failed');--> statement-breakpoint
CREATE TYPE "public"."callback_status" AS ENUM('pending', 'accepted', 'in_progress', 'completed', 'cancelled');--> statement-breakpoint
CREATE TYPE "public"."callback_notification_kind" AS ENUM('scheduled', 'queued', 'rerouted', 'assigned', 'accepted', 'snoozed', 'rescheduled', 'cancelled', 'claimed', 'released', 'removed', 'completed', 'routing_failed', 'escalated', 'repaired');--> statement-breakpoint
CREATE TYPE "public"."tick_trigger" AS ENUM('schedule', 'manual', 'recovery');--> statement-breakpoint
CREATE TABLE "agent_sessions" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"agent_id" integer NOT NULL,
	"status" "agent_status" NOT NULL,
	"status_since" timestamp (3) with time zone NOT NULL,
	"login_at" timestamp (3) with time zone NOT NULL,
	"last_seen_at" timestamp (3) with time zone NOT NULL,
	"heard_by" text,
	"logout_at" timestamp (3) with time zone,
	CONSTRAINT "agent_sessions_logout_after_login" CHECK (logout_at >= login_at)
);
--> statement-breakpoint
CREATE TABLE "agent_watch" (
	"api" text PRIMARY KEY NOT NULL,
	"heard_since" timestamp (3) with time zone NOT NULL,
	"heard_until" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "agents" (
	"id" integer PRIMARY KEY NOT NULL,
	"first_name" text NOT NULL,
	"last_name" text NOT NULL,
	"email" text,
	"is_active" boolean DEFAULT true NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "call_queue" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "call_queue_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"user_id" bigint NOT NULL,
	"claim_id" text,
	"queue_type" "queue_type" NOT NULL,
	"priority_score" integer NOT NULL,
	"queue_reason" text,
	"status" "queue_entry_status" NOT NULL,
	"assigned_to_agent_id" integer,
	"assigned_at" timestamp (3) with time zone,
	"escalated_at" timestamp (3) with time zone,
	"callback_id" uuid,
	"available_from" timestamp (3) with time zone NOT NULL,
	"signature_missing_since" timestamp (3) with time zone,
	"signature_type" text,
	"claimed_by_agent_id" integer,
	"claimed_at" timestamp (3) with time zone,
	"call_session_id" uuid,
	"ended_at" timestamp (3) with time zone,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	"changed_in" "xid8" DEFAULT pg_current_xact_id() NOT NULL,
	CONSTRAINT "call_queue_assignment" CHECK ((assigned_to_agent_id is null) = (assigned_at is null)),
	CONSTRAINT "call_queue_status_follows_assignment" CHECK (case status when 'pending' then assigned_at is null when 'assigned' then assigned_at is not null else true end),
	CONSTRAINT "call_queue_claim" CHECK ((status in ('in_progress', 'completed')) = (claimed_by_agent_id is not null) and (claimed_by_agent_id is null) = (claimed_at is null) and (claimed_at is null) = (call_session_id is null)),
	CONSTRAINT "call_queue_escalated_is_nobodys" CHECK (escalated_at is null or status <> 'assigned'),
	CONSTRAINT "call_queue_ended" CHECK ((status in ('completed', 'removed')) = (ended_at is not null)),
	CONSTRAINT "call_queue_negative_scores_are_callbacks" CHECK ((priority_score < 0) = (callback_id is not null))
);
--> statement-breakpoint
CREATE TABLE "call_sessions" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"user_id" bigint NOT NULL,
	"agent_id" integer,
	"direction" "call_direction" NOT NULL,
	"status" "call_session_status" DEFAULT 'in_progress' NOT NULL,
	"twilio_call_sid" text,
	"started_at" timestamp (3) with time zone NOT NULL,
	"completed_at" timestamp (3) with time zone,
	"duration_seconds" integer,
	"last_outcome_type" "outcome_type",
	"outcome_notes" text,
	"outcome_request" text,
	"callback_scheduled" boolean DEFAULT false NOT NULL,
	"next_callback_id" uuid,
	"callback_id" uuid,
	"queue_entry_id" bigint,
	"released_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "call_sessions_completed" CHECK ((status = 'completed') = (completed_at is not null)),
	CONSTRAINT "call_sessions_outcome_ends_the_call" CHECK (last_outcome_type is null or status = 'completed'),
	CONSTRAINT "call_sessions_released" CHECK (released_at is null or (status = 'completed' and direction = 'outbound')),
	CONSTRAINT "call_sessions_duration" CHECK (duration_seconds >= 0)
);
--> statement-breakpoint
CREATE TABLE "callback_notifications" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "callback_notifications_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"callback_id" uuid NOT NULL,
	"kind" "callback_notification_kind" NOT NULL,
	"agent_id" integer,
	"actor" jsonb,
	"at" timestamp (3) with time zone NOT NULL,
	"details" jsonb DEFAULT '{}'::jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "callbacks" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"user_id" bigint NOT NULL,
	"scheduled_for" timestamp (3) with time zone NOT NULL,
	"callback_reason" text,
	"preferred_agent_id" integer,
	"created_by_agent_id" integer,
	"original_call_session_id" uuid,
	"status" "callback_status" DEFAULT 'pending' NOT NULL,
	"status_before_claim" "callback_status",
	"is_queued" boolean DEFAULT false NOT NULL,
	"routing_failures" integer DEFAULT 0 NOT NULL,
	"retry_at" timestamp (3) with time zone,
	"unplaced_because" text,
	"counted_in_run" uuid,
	"completed_call_session_id" uuid,
	"completed_at" timestamp (3) with time zone,
	"cancelled_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "callbacks_claim_remembers_status" CHECK ((status = 'in_progress') = (status_before_claim is not null) and status_before_claim in ('pending', 'accepted')),
	CONSTRAINT "callbacks_accepted_has_agent" CHECK (status <> 'accepted' or preferred_agent_id is not null),
	CONSTRAINT "callbacks_completed_by_a_call" CHECK ((status = 'completed') = (completed_at is not null) and (status = 'completed') = (completed_call_session_id is not null)),
	CONSTRAINT "callbacks_cancelled_at" CHECK ((status = 'cancelled') = (cancelled_at is not null)),
	CONSTRAINT "callbacks_queue_follows_status" CHECK (case when status = 'in_progress' then is_queued when status in ('completed', 'cancelled') then not is_queued else true end),
	CONSTRAINT "callbacks_unplaced_because" CHECK (unplaced_because in ('deferred', 'unknown-user')),
	CONSTRAINT "callbacks_put_off_for_a_reason" CHECK (case when retry_at is null then routing_failures = 0 else routing_failures > 0 or unplaced_because is not distinct from 'deferred' end)
);
--> statement-breakpoint
CREATE TABLE "alerts" (
	"name" text PRIMARY KEY NOT NULL,
	"since" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "cron_runs" (
	"id" uuid PRIMARY KEY NOT NULL,
	"trigger" "tick_trigger" NOT NULL,
	"started_at" timestamp (3) with time zone NOT NULL,
	"progress_at" timestamp (3) with time zone,
	"enqueued" integer,
	"settled" integer DEFAULT 0 NOT NULL,
	"processed" integer DEFAULT 0 NOT NULL,
	"notified" integer DEFAULT 0 NOT NULL,
	"routed" integer DEFAULT 0 NOT NULL,
	"unassigned" integer DEFAULT 0 NOT NULL,
	"deferred" integer DEFAULT 0 NOT NULL,
	"already_queued" integer DEFAULT 0 NOT NULL,
	"errors" integer DEFAULT 0 NOT NULL,
	"finished_at" timestamp (3) with time zone,
	"abandoned_at" timestamp (3) with time zone,
	CONSTRAINT "cron_runs_finished_after_scan" CHECK (finished_at is null or enqueued is not null),
	CONSTRAINT "cron_runs_one_end" CHECK (finished_at is null or abandoned_at is null)
);
--> statement-breakpoint
CREATE TABLE "findings" (
	"kind" text NOT NULL,
	"subject" text NOT NULL,
	"detail" text NOT NULL,
	"found_at" timestamp (3) with time zone NOT NULL,
	"last_found_at" timestamp (3) with time zone NOT NULL,
	"repaired_at" timestamp (3) with time zone,
	CONSTRAINT "findings_kind_subject_pk" PRIMARY KEY("kind","subject")
);
--> statement-breakpoint
CREATE TABLE "idempotency_keys" (
	"subject" text NOT NULL,
	"key" text NOT NULL,
	"request_hash" text NOT NULL,
	"response_status" integer,
	"response_body" text,
	"user_id" bigint,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "idempotency_keys_subject_key_pk" PRIMARY KEY("subject","key")
);
--> statement-breakpoint
CREATE TABLE "lane_mirror" (
	"id" integer PRIMARY KEY DEFAULT 1 NOT NULL,
	"epoch" uuid NOT NULL,
	"pulse" uuid NOT NULL,
	"history" text NOT NULL,
	"reconciled_until" timestamp (3) with time zone NOT NULL,
	"open_since" "xid8" NOT NULL,
	"compared_id" bigint DEFAULT '0' NOT NULL,
	"compared_record" text DEFAULT '0' NOT NULL,
	"compared_at" timestamp (3) with time zone,
	"differences" integer DEFAULT 0 NOT NULL,
	"differed_at" timestamp (3) with time zone,
	CONSTRAINT "lane_mirror_one_row" CHECK (id = 1)
);
--> statement-breakpoint
CREATE TABLE "user_call_scores" (
	"user_id" bigint PRIMARY KEY NOT NULL,
	"current_queue_type" "queue_type" NOT NULL,
	"priority_score" integer NOT NULL,
	"queue_reason" text,
	"claim_id" text,
	"available_from" timestamp (3) with time zone NOT NULL,
	"signature_missing_since" timestamp (3) with time zone,
	"signature_type" text,
	"queued_at" timestamp (3) with time zone,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "user_call_scores_not_negative" CHECK (priority_score >= 0)
);
--> statement-breakpoint
CREATE TABLE "users" (
	"id" bigint PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"phone" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "agent_sessions" ADD CONSTRAINT "agent_sessions_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "public"."agents"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "call_queue" ADD CONSTRAINT "call_queue_assigned_to_agent_id_agents_id_fk" FOREIGN KEY ("assigned_to_agent_id") REFERENCES "public"."agents"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "call_queue" ADD CONSTRAINT "call_queue_callback_id_callbacks_id_fk" FOREIGN KEY ("callback_id") REFERENCES "public"."callbacks"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "call_queue" ADD CONSTRAINT "call_queue_claimed_by_agent_id_agents_id_fk" FOREIGN KEY ("claimed_by_agent_id") REFERENCES "public"."agents"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "call_queue" ADD CONSTRAINT "call_queue_call_session_id_call_sessions_id_fk" FOREIGN KEY ("call_session_id") REFERENCES "public"."call_sessions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "call_sessions" ADD CONSTRAINT "call_sessions_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "public"."agents"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "call_sessions" ADD CONSTRAINT "call_sessions_next_callback_id_callbacks_id_fk" FOREIGN KEY ("next_callback_id") REFERENCES "public"."callbacks"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "call_sessions" ADD CONSTRAINT "call_sessions_callback_id_callbacks_id_fk" FOREIGN KEY ("callback_id") REFERENCES "public"."callbacks"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "callback_notifications" ADD CONSTRAINT "callback_notifications_callback_id_callbacks_id_fk" FOREIGN KEY ("callback_id") REFERENCES "public"."callbacks"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "callbacks" ADD CONSTRAINT "callbacks_preferred_agent_id_agents_id_fk" FOREIGN KEY ("preferred_agent_id") REFERENCES "public"."agents"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "callbacks" ADD CONSTRAINT "callbacks_original_call_session_id_call_sessions_id_fk" FOREIGN KEY ("original_call_session_id") REFERENCES "public"."call_sessions"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "callbacks" ADD CONSTRAINT "callbacks_completed_call_session_id_call_sessions_id_fk" FOREIGN KEY ("completed_call_session_id") REFERENCES "public"."call_sessions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "idempotency_keys" ADD CONSTRAINT "idempotency_keys_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "user_call_scores" ADD CONSTRAINT "user_call_scores_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "agent_sessions_one_open_per_agent" ON "agent_sessions" USING btree ("agent_id") WHERE logout_at is null;--> statement-breakpoint
CREATE INDEX "agent_sessions_by_logout" ON "agent_sessions" USING btree ("logout_at") WHERE logout_at is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "call_queue_one_live_per_callback" ON "call_queue" USING btree ("callback_id") WHERE status in ('pending', 'assigned', 'in_progress');--> statement-breakpoint
CREATE UNIQUE INDEX "call_queue_one_live_per_user" ON "call_queue" USING btree ("user_id") WHERE status in ('pending', 'assigned', 'in_progress');--> statement-breakpoint
CREATE UNIQUE INDEX "call_queue_one_claim_per_agent" ON "call_queue" USING btree ("claimed_by_agent_id") WHERE status = 'in_progress';--> statement-breakpoint
CREATE INDEX "call_queue_pending" ON "call_queue" USING btree ("queue_type","priority_score","available_from","id") WHERE status = 'pending';--> statement-breakpoint
CREATE INDEX "call_queue_assigned" ON "call_queue" USING btree ("assigned_to_agent_id","priority_score","available_from","id") WHERE status = 'assigned';--> statement-breakpoint
CREATE INDEX "call_queue_assigned_by_type" ON "call_queue" USING btree ("queue_type","priority_score","available_from","id") WHERE status = 'assigned';--> statement-breakpoint
CREATE INDEX "call_queue_unassigned_callbacks" ON "call_queue" USING btree ("priority_score","available_from","id") WHERE status = 'pending' and callback_id is not null and escalated_at is null;--> statement-breakpoint
CREATE INDEX "call_queue_escalated" ON "call_queue" USING btree ("id") WHERE status = 'pending' and escalated_at is not null;--> statement-breakpoint
CREATE INDEX "call_queue_by_change" ON "call_queue" USING btree ("changed_in","id");--> statement-breakpoint
CREATE INDEX "call_queue_ended_by_user" ON "call_queue" USING btree ("user_id") WHERE ended_at is not null;--> statement-breakpoint
CREATE INDEX "call_queue_by_callback" ON "call_queue" USING btree ("callback_id") WHERE callback_id is not null;--> statement-breakpoint
CREATE INDEX "call_queue_by_call" ON "call_queue" USING btree ("call_session_id") WHERE call_session_id is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "call_sessions_by_twilio_sid" ON "call_sessions" USING btree ("twilio_call_sid");--> statement-breakpoint
CREATE INDEX "call_sessions_by_start" ON "call_sessions" USING btree ("direction","started_at");--> statement-breakpoint
CREATE INDEX "call_sessions_problematic" ON "call_sessions" USING btree ("started_at") WHERE status = 'completed' and last_outcome_type is null and released_at is null;--> statement-breakpoint
CREATE INDEX "call_sessions_by_user" ON "call_sessions" USING btree ("user_id","agent_id");--> statement-breakpoint
CREATE INDEX "call_sessions_inbound_at_work" ON "call_sessions" USING btree ("agent_id") WHERE direction = 'inbound' and status = 'in_progress';--> statement-breakpoint
CREATE INDEX "call_sessions_by_callback" ON "call_sessions" USING btree ("callback_id") WHERE callback_id is not null;--> statement-breakpoint
CREATE INDEX "call_sessions_by_next_callback" ON "call_sessions" USING btree ("next_callback_id") WHERE next_callback_id is not null;--> statement-breakpoint
CREATE INDEX "callback_notifications_by_callback" ON "callback_notifications" USING btree ("callback_id","id");--> statement-breakpoint
CREATE INDEX "callbacks_unqueued" ON "callbacks" USING btree ("scheduled_for","id") WHERE status in ('pending', 'accepted') and not is_queued and retry_at is null;--> statement-breakpoint
CREATE INDEX "callbacks_put_off" ON "callbacks" USING btree ("retry_at","id") WHERE status in ('pending', 'accepted') and retry_at is not null;--> statement-breakpoint
CREATE INDEX "callbacks_queued" ON "callbacks" USING btree ("scheduled_for","status") WHERE status in ('pending', 'accepted') and is_queued;--> statement-breakpoint
CREATE INDEX "callbacks_by_status" ON "callbacks" USING btree ("status","scheduled_for","id");--> statement-breakpoint
CREATE INDEX "callbacks_by_preferred_agent" ON "callbacks" USING btree ("preferred_agent_id","status","scheduled_for");--> statement-breakpoint
CREATE INDEX "callbacks_by_user" ON "callbacks" USING btree ("user_id","status","scheduled_for");--> statement-breakpoint
CREATE INDEX "callbacks_by_creator" ON "callbacks" USING btree ("created_by_agent_id","created_at") WHERE created_by_agent_id is not null;--> statement-breakpoint
CREATE INDEX "callbacks_by_original_call" ON "callbacks" USING btree ("original_call_session_id") WHERE original_call_session_id is not null;--> statement-breakpoint
CREATE INDEX "callbacks_by_completing_call" ON "callbacks" USING btree ("completed_call_session_id") WHERE completed_call_session_id is not null;--> statement-breakpoint
CREATE INDEX "cron_runs_by_start" ON "cron_runs" USING btree ("started_at");--> statement-breakpoint
CREATE INDEX "cron_runs_open" ON "cron_runs" USING btree ("started_at") WHERE finished_at is null and abandoned_at is null;--> statement-breakpoint
CREATE INDEX "cron_runs_by_finish" ON "cron_runs" USING btree ("finished_at") WHERE finished_at is not null;--> statement-breakpoint
CREATE INDEX "idempotency_keys_by_age" ON "idempotency_keys" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "idempotency_keys_by_user" ON "idempotency_keys" USING btree ("user_id") WHERE user_id is not null;
--> statement-breakpoint

-- From here on by hand: what the schema in TypeScript cannot say.

-- The transaction that wrote an entry last; the reconciler reads by it what is new.
CREATE FUNCTION note_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.changed_in := pg_current_xact_id();
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER call_queue_note_change BEFORE UPDATE ON call_queue FOR EACH ROW EXECUTE FUNCTION note_change();
--> statement-breakpoint

-- What no commit may leave behind, whoever writes. Each check is made at COMMIT, on the rows as they are then: a step may
-- pass through what it ends. What a check reads of other rows it locks, so that two transactions cannot each be right alone.

CREATE FUNCTION refuse(name text, message text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '%', message USING ERRCODE = 'check_violation', CONSTRAINT = name;
END $$;
--> statement-breakpoint

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
CREATE FUNCTION check_live_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM check_entry(NEW);
  RETURN NULL;
END $$;
--> statement-breakpoint
-- The first entry that a transaction has made is checked together with all others that it has made, and these find that
-- done: a third of the time.
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
CREATE CONSTRAINT TRIGGER live_entry_made AFTER INSERT ON call_queue
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (NEW.status IN ('pending', 'assigned', 'in_progress'))
  EXECUTE FUNCTION check_made_entry();
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
-- A claim locks the session that it finds at work, so that nobody makes it available meanwhile, and waits for who is about
-- to.
CREATE FUNCTION check_claim() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM agent_sessions
    WHERE agent_id = NEW.claimed_by_agent_id AND logout_at IS NULL AND status <> 'available' FOR SHARE;
  IF NOT FOUND THEN
    PERFORM check_claimant(NEW.claimed_by_agent_id);
  END IF;
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
--> statement-breakpoint

-- Every promise leaves some dead versions at the head of the lanes' indexes, whatever the size of the table: it is their
-- number that counts, not their share. Indexes are cleaned even when few pages of a big table have dead rows.
ALTER TABLE call_queue SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000, autovacuum_vacuum_cost_limit = 1000, vacuum_index_cleanup = on);
--> statement-breakpoint
ALTER TABLE callbacks SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000, autovacuum_vacuum_cost_limit = 1000, vacuum_index_cleanup = on);
--> statement-breakpoint
-- Nothing asks for the oldest of these; dead versions only take room.
ALTER TABLE call_sessions SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 50000);
--> statement-breakpoint
ALTER TABLE callback_notifications SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 100000);
--> statement-breakpoint
ALTER TABLE idempotency_keys SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000, fillfactor = 80);
--> statement-breakpoint
-- Updated in place, again and again: room on the page keeps a new version beside the old one and out of the indexes.
ALTER TABLE agent_sessions SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000, fillfactor = 50);
--> statement-breakpoint
ALTER TABLE cron_runs SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000, fillfactor = 50);
--> statement-breakpoint
ALTER TABLE lane_mirror SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 200, fillfactor = 10);
