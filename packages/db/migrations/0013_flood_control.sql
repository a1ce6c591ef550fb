ALTER TABLE "callbacks" DROP CONSTRAINT "callbacks_failures_are_retried";--> statement-breakpoint
DROP INDEX "callbacks_failing";--> statement-breakpoint
ALTER TABLE "callbacks" ADD COLUMN "created_by_agent_id" integer;--> statement-breakpoint
CREATE INDEX "callbacks_put_off" ON "callbacks" USING btree ("retry_at","id") WHERE status in ('pending', 'accepted') and retry_at is not null;--> statement-breakpoint
CREATE INDEX "callbacks_by_creator" ON "callbacks" USING btree ("created_by_agent_id","created_at") WHERE created_by_agent_id is not null;--> statement-breakpoint
ALTER TABLE "callbacks" ADD CONSTRAINT "callbacks_put_off_for_a_reason" CHECK (case when retry_at is null then routing_failures = 0 else routing_failures > 0 or unplaced_because is not distinct from 'deferred' end);