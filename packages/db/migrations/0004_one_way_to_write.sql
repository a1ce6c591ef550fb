ALTER TYPE "public"."callback_notification_kind" ADD VALUE 'escalated';--> statement-breakpoint
ALTER TYPE "public"."callback_notification_kind" ADD VALUE 'repaired';--> statement-breakpoint
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
DELETE FROM "agent_watch";--> statement-breakpoint
ALTER TABLE "agent_watch" DROP CONSTRAINT "agent_watch_one_row";--> statement-breakpoint
ALTER TABLE "agent_watch" DROP COLUMN "id";--> statement-breakpoint
DROP INDEX "call_queue_unassigned_callbacks";--> statement-breakpoint
ALTER TABLE "agent_sessions" ADD COLUMN "heard_by" text;--> statement-breakpoint
ALTER TABLE "agent_watch" ADD COLUMN "api" text PRIMARY KEY NOT NULL;--> statement-breakpoint
ALTER TABLE "call_queue" ADD COLUMN "escalated_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "call_sessions" ADD COLUMN "outcome_request" text;--> statement-breakpoint
ALTER TABLE "callbacks" ADD COLUMN "unplaced_because" text;--> statement-breakpoint
ALTER TABLE "callbacks" ADD COLUMN "counted_in_run" uuid;--> statement-breakpoint
ALTER TABLE "cron_runs" ADD COLUMN "progress_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "cron_runs" ADD COLUMN "settled" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
UPDATE "cron_runs" SET "settled" = "processed";--> statement-breakpoint
CREATE INDEX "call_queue_escalated" ON "call_queue" USING btree ("id") WHERE status = 'pending' and escalated_at is not null;--> statement-breakpoint
CREATE INDEX "call_queue_unassigned_callbacks" ON "call_queue" USING btree ("priority_score","available_from","id") WHERE status = 'pending' and callback_id is not null and escalated_at is null;--> statement-breakpoint
ALTER TABLE "call_queue" ADD CONSTRAINT "call_queue_escalated_is_nobodys" CHECK (escalated_at is null or status <> 'assigned');--> statement-breakpoint
ALTER TABLE "callbacks" ADD CONSTRAINT "callbacks_unplaced_because" CHECK (unplaced_because in ('deferred', 'unknown-user'));