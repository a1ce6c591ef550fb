CREATE TYPE "public"."agent_status" AS ENUM('available', 'busy', 'wrap_up', 'away');--> statement-breakpoint
CREATE TYPE "public"."queue_entry_status" AS ENUM('pending', 'assigned', 'in_progress', 'completed', 'removed');--> statement-breakpoint
CREATE TYPE "public"."queue_type" AS ENUM('unsigned_users', 'outstanding_requests');--> statement-breakpoint
CREATE TYPE "public"."call_direction" AS ENUM('inbound', 'outbound');--> statement-breakpoint
CREATE TYPE "public"."call_session_status" AS ENUM('in_progress', 'completed');--> statement-breakpoint
CREATE TYPE "public"."outcome_type" AS ENUM('resolved', 'callback_requested', 'no_answer', 'busy', 'voicemail', 'wrong_number', 'declined', 'do_not_call', 'failed');--> statement-breakpoint
CREATE TYPE "public"."callback_status" AS ENUM('pending', 'accepted', 'in_progress', 'completed', 'cancelled');--> statement-breakpoint
CREATE TYPE "public"."callback_notification_kind" AS ENUM('scheduled', 'queued', 'rerouted', 'assigned', 'accepted', 'snoozed', 'rescheduled', 'cancelled', 'claimed', 'released', 'removed', 'completed', 'routing_failed');--> statement-breakpoint
CREATE TYPE "public"."tick_trigger" AS ENUM('schedule', 'manual', 'recovery');--> statement-breakpoint
CREATE TABLE "agent_sessions" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"agent_id" integer NOT NULL,
	"status" "agent_status" NOT NULL,
	"status_since" timestamp (3) with time zone NOT NULL,
	"login_at" timestamp (3) with time zone NOT NULL,
	"last_seen_at" timestamp (3) with time zone NOT NULL,
	"logout_at" timestamp (3) with time zone,
	CONSTRAINT "agent_sessions_logout_after_login" CHECK (logout_at >= login_at)
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
	CONSTRAINT "call_queue_assignment" CHECK ((assigned_to_agent_id is null) = (assigned_at is null)),
	CONSTRAINT "call_queue_status_follows_assignment" CHECK (case status when 'pending' then assigned_at is null when 'assigned' then assigned_at is not null else true end),
	CONSTRAINT "call_queue_claim" CHECK ((status in ('in_progress', 'completed')) = (claimed_by_agent_id is not null) and (claimed_by_agent_id is null) = (claimed_at is null) and (claimed_at is null) = (call_session_id is null)),
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
	"original_call_session_id" uuid,
	"status" "callback_status" DEFAULT 'pending' NOT NULL,
	"status_before_claim" "callback_status",
	"is_queued" boolean DEFAULT false NOT NULL,
	"completed_call_session_id" uuid,
	"completed_at" timestamp (3) with time zone,
	"cancelled_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "callbacks_claim_remembers_status" CHECK ((status = 'in_progress') = (status_before_claim is not null) and status_before_claim in ('pending', 'accepted')),
	CONSTRAINT "callbacks_accepted_has_agent" CHECK (status <> 'accepted' or preferred_agent_id is not null),
	CONSTRAINT "callbacks_completed_by_a_call" CHECK ((status = 'completed') = (completed_at is not null) and (status = 'completed') = (completed_call_session_id is not null)),
	CONSTRAINT "callbacks_cancelled_at" CHECK ((status = 'cancelled') = (cancelled_at is not null)),
	CONSTRAINT "callbacks_queue_follows_status" CHECK (case when status = 'in_progress' then is_queued when status in ('completed', 'cancelled') then not is_queued else true end)
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
	"enqueued" integer,
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
CREATE TABLE "idempotency_keys" (
	"subject" text NOT NULL,
	"key" text NOT NULL,
	"request_hash" text NOT NULL,
	"response_status" integer,
	"response_body" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "idempotency_keys_subject_key_pk" PRIMARY KEY("subject","key")
);
--> statement-breakpoint
CREATE TABLE "lane_mirror" (
	"id" integer PRIMARY KEY DEFAULT 1 NOT NULL,
	"pulse" integer NOT NULL,
	"reconciled_until" timestamp (3) with time zone NOT NULL,
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
ALTER TABLE "call_sessions" ADD CONSTRAINT "call_sessions_next_callback_id_callbacks_id_fk" FOREIGN KEY ("next_callback_id") REFERENCES "public"."callbacks"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "call_sessions" ADD CONSTRAINT "call_sessions_callback_id_callbacks_id_fk" FOREIGN KEY ("callback_id") REFERENCES "public"."callbacks"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "call_sessions" ADD CONSTRAINT "call_sessions_queue_entry_id_call_queue_id_fk" FOREIGN KEY ("queue_entry_id") REFERENCES "public"."call_queue"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "callback_notifications" ADD CONSTRAINT "callback_notifications_callback_id_callbacks_id_fk" FOREIGN KEY ("callback_id") REFERENCES "public"."callbacks"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "callbacks" ADD CONSTRAINT "callbacks_preferred_agent_id_agents_id_fk" FOREIGN KEY ("preferred_agent_id") REFERENCES "public"."agents"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "callbacks" ADD CONSTRAINT "callbacks_original_call_session_id_call_sessions_id_fk" FOREIGN KEY ("original_call_session_id") REFERENCES "public"."call_sessions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "callbacks" ADD CONSTRAINT "callbacks_completed_call_session_id_call_sessions_id_fk" FOREIGN KEY ("completed_call_session_id") REFERENCES "public"."call_sessions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "user_call_scores" ADD CONSTRAINT "user_call_scores_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "agent_sessions_one_open_per_agent" ON "agent_sessions" USING btree ("agent_id") WHERE logout_at is null;--> statement-breakpoint
CREATE UNIQUE INDEX "call_queue_one_live_per_callback" ON "call_queue" USING btree ("callback_id") WHERE status in ('pending', 'assigned', 'in_progress');--> statement-breakpoint
CREATE UNIQUE INDEX "call_queue_one_live_per_user" ON "call_queue" USING btree ("user_id") WHERE status in ('pending', 'assigned', 'in_progress');--> statement-breakpoint
CREATE UNIQUE INDEX "call_queue_one_claim_per_agent" ON "call_queue" USING btree ("claimed_by_agent_id") WHERE status = 'in_progress';--> statement-breakpoint
CREATE INDEX "call_queue_pending" ON "call_queue" USING btree ("queue_type","priority_score","available_from","id") WHERE status = 'pending';--> statement-breakpoint
CREATE INDEX "call_queue_assigned" ON "call_queue" USING btree ("assigned_to_agent_id","priority_score","available_from","id") WHERE status = 'assigned';--> statement-breakpoint
CREATE INDEX "call_queue_assigned_by_type" ON "call_queue" USING btree ("queue_type","priority_score","available_from","id") WHERE status = 'assigned';--> statement-breakpoint
CREATE INDEX "call_queue_unassigned_callbacks" ON "call_queue" USING btree ("priority_score","available_from","id") WHERE status = 'pending' and callback_id is not null;--> statement-breakpoint
CREATE INDEX "call_queue_by_update" ON "call_queue" USING btree ("updated_at");--> statement-breakpoint
CREATE UNIQUE INDEX "call_sessions_by_twilio_sid" ON "call_sessions" USING btree ("twilio_call_sid");--> statement-breakpoint
CREATE INDEX "call_sessions_by_start" ON "call_sessions" USING btree ("direction","started_at");--> statement-breakpoint
CREATE INDEX "call_sessions_problematic" ON "call_sessions" USING btree ("started_at") WHERE status = 'completed' and last_outcome_type is null and released_at is null;--> statement-breakpoint
CREATE INDEX "callback_notifications_by_callback" ON "callback_notifications" USING btree ("callback_id","id");--> statement-breakpoint
CREATE INDEX "callbacks_unqueued" ON "callbacks" USING btree ("scheduled_for","id") WHERE status in ('pending', 'accepted') and not is_queued;--> statement-breakpoint
CREATE INDEX "callbacks_queued" ON "callbacks" USING btree ("scheduled_for","status") WHERE status in ('pending', 'accepted') and is_queued;--> statement-breakpoint
CREATE INDEX "callbacks_by_time" ON "callbacks" USING btree ("scheduled_for","id");--> statement-breakpoint
CREATE INDEX "callbacks_by_preferred_agent" ON "callbacks" USING btree ("preferred_agent_id","scheduled_for");--> statement-breakpoint
CREATE INDEX "callbacks_by_user" ON "callbacks" USING btree ("user_id","scheduled_for");--> statement-breakpoint
CREATE INDEX "callbacks_by_original_call" ON "callbacks" USING btree ("original_call_session_id") WHERE original_call_session_id is not null;--> statement-breakpoint
CREATE INDEX "cron_runs_by_start" ON "cron_runs" USING btree ("started_at");--> statement-breakpoint
CREATE INDEX "cron_runs_open" ON "cron_runs" USING btree ("started_at") WHERE finished_at is null and abandoned_at is null;--> statement-breakpoint
CREATE INDEX "cron_runs_by_finish" ON "cron_runs" USING btree ("finished_at") WHERE finished_at is not null;--> statement-breakpoint
CREATE INDEX "idempotency_keys_by_age" ON "idempotency_keys" USING btree ("created_at");