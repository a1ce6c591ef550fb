DROP INDEX "callbacks_unqueued";--> statement-breakpoint
ALTER TABLE "callbacks" ADD COLUMN "routing_failures" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "callbacks" ADD COLUMN "retry_at" timestamp (3) with time zone;--> statement-breakpoint
CREATE INDEX "callbacks_failing" ON "callbacks" USING btree ("retry_at","id") WHERE status in ('pending', 'accepted') and retry_at is not null;--> statement-breakpoint
CREATE INDEX "callbacks_unqueued" ON "callbacks" USING btree ("scheduled_for","id") WHERE status in ('pending', 'accepted') and not is_queued and retry_at is null;--> statement-breakpoint
ALTER TABLE "callbacks" ADD CONSTRAINT "callbacks_failures_are_retried" CHECK ((routing_failures > 0) = (retry_at is not null));