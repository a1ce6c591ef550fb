ALTER TYPE "public"."callback_notification_kind" ADD VALUE 'reached_inbound';--> statement-breakpoint
DROP INDEX "callbacks_waiting_for_owner";--> statement-breakpoint
ALTER TABLE "call_queue" ADD COLUMN "held_until" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "callbacks" ADD COLUMN "owner_awaited_until" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "callbacks" ADD COLUMN "reached_by_session_id" uuid;--> statement-breakpoint
ALTER TABLE "callbacks" ADD CONSTRAINT "callbacks_reached_by_session_id_call_sessions_id_fk" FOREIGN KEY ("reached_by_session_id") REFERENCES "public"."call_sessions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "call_queue_unescalated" ON "call_queue" USING btree ("queue_type","available_from","id") WHERE status in ('pending', 'assigned') and callback_id is not null and escalated_at is null;--> statement-breakpoint
CREATE INDEX "callbacks_by_reaching_call" ON "callbacks" USING btree ("reached_by_session_id") WHERE reached_by_session_id is not null;--> statement-breakpoint
CREATE INDEX "callbacks_waiting_for_owner" ON "callbacks" USING btree ("preferred_agent_id","scheduled_for","id") WHERE status in ('pending', 'accepted') and owner_awaited_until is not null;--> statement-breakpoint
ALTER TABLE "callbacks" ADD CONSTRAINT "callbacks_reached_in_a_claim" CHECK (reached_by_session_id is null or status in ('in_progress', 'completed'));--> statement-breakpoint
ALTER TABLE "callbacks" ADD CONSTRAINT "callbacks_owner_awaited_is_somebody" CHECK (owner_awaited_until is null or (preferred_agent_id is not null and status in ('pending', 'accepted')));