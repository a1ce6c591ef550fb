ALTER TABLE "callbacks" DROP CONSTRAINT "callbacks_unplaced_because";--> statement-breakpoint
ALTER TABLE "call_queue" ADD COLUMN "available_until" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "queues" ADD COLUMN "planned_by" text;--> statement-breakpoint
CREATE INDEX "call_queue_closing" ON "call_queue" USING btree ("available_until","id") WHERE status in ('pending', 'assigned') and available_until is not null;--> statement-breakpoint
CREATE INDEX "callbacks_waiting_for_opening" ON "callbacks" USING btree ("id") WHERE status in ('pending', 'accepted') and unplaced_because = 'closed';--> statement-breakpoint
ALTER TABLE "call_queue" ADD CONSTRAINT "call_queue_hours_are_of_callbacks" CHECK (available_until is null or callback_id is not null);--> statement-breakpoint
ALTER TABLE "callbacks" ADD CONSTRAINT "callbacks_unplaced_because" CHECK (unplaced_because in ('deferred', 'unknown-user', 'owner-missing', 'closed'));