ALTER TYPE "public"."callback_notification_kind" ADD VALUE 'reached_inbound';--> statement-breakpoint
ALTER TABLE "callbacks" ADD COLUMN "reached_by_session_id" uuid;--> statement-breakpoint
ALTER TABLE "callbacks" ADD CONSTRAINT "callbacks_reached_by_session_id_call_sessions_id_fk" FOREIGN KEY ("reached_by_session_id") REFERENCES "public"."call_sessions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "callbacks_by_reaching_call" ON "callbacks" USING btree ("reached_by_session_id") WHERE reached_by_session_id is not null;--> statement-breakpoint
ALTER TABLE "callbacks" ADD CONSTRAINT "callbacks_reached_in_a_claim" CHECK (reached_by_session_id is null or status in ('in_progress', 'completed'));