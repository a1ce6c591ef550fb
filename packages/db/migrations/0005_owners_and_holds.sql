CREATE TYPE "public"."callback_owner" AS ENUM('any', 'only');--> statement-breakpoint
ALTER TYPE "public"."callback_notification_kind" ADD VALUE 'waiting';--> statement-breakpoint
ALTER TYPE "public"."callback_notification_kind" ADD VALUE 'reassigned';--> statement-breakpoint
ALTER TABLE "callbacks" DROP CONSTRAINT "callbacks_unplaced_because";--> statement-breakpoint
ALTER TABLE "callbacks" DROP CONSTRAINT "callbacks_put_off_for_a_reason";--> statement-breakpoint
DROP INDEX "call_sessions_inbound_at_work";--> statement-breakpoint
ALTER TABLE "call_queue" ADD COLUMN "on_hold_until" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "callbacks" ADD COLUMN "owner" "callback_owner" DEFAULT 'any' NOT NULL;--> statement-breakpoint
ALTER TABLE "callbacks" ADD COLUMN "holds_ordinary" boolean DEFAULT false NOT NULL;--> statement-breakpoint
CREATE INDEX "call_sessions_inbound_of_user" ON "call_sessions" USING btree ("user_id") WHERE direction = 'inbound' and status = 'in_progress' and user_id is not null;--> statement-breakpoint
CREATE INDEX "callbacks_waiting_for_owner" ON "callbacks" USING btree ("preferred_agent_id","scheduled_for","id") WHERE status in ('pending', 'accepted') and unplaced_because = 'owner-missing';--> statement-breakpoint
CREATE INDEX "call_sessions_inbound_at_work" ON "call_sessions" USING btree ("agent_id") WHERE direction = 'inbound' and status = 'in_progress' and agent_id is not null;--> statement-breakpoint
ALTER TABLE "callbacks" ADD CONSTRAINT "callbacks_only_owner_is_somebody" CHECK (owner <> 'only' or preferred_agent_id is not null);--> statement-breakpoint
ALTER TABLE "callbacks" ADD CONSTRAINT "callbacks_unplaced_because" CHECK (unplaced_because in ('deferred', 'unknown-user', 'owner-missing'));--> statement-breakpoint
ALTER TABLE "callbacks" ADD CONSTRAINT "callbacks_put_off_for_a_reason" CHECK (case when retry_at is null then routing_failures = 0 else routing_failures > 0 or coalesce(unplaced_because in ('deferred', 'owner-missing'), false) end);