CREATE TYPE "public"."callback_result" AS ENUM('reached', 'reached_inbound', 'refused', 'wrong_number', 'not_reached', 'cancelled', 'blocked');--> statement-breakpoint
DROP INDEX "call_sessions_by_callback";--> statement-breakpoint
ALTER TABLE "callbacks" ADD COLUMN "promised_for" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "callbacks" ADD COLUMN "attempts" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "callbacks" ADD COLUMN "first_called_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "callbacks" ADD COLUMN "first_called_by" integer;--> statement-breakpoint
ALTER TABLE "callbacks" ADD COLUMN "result" "callback_result";--> statement-breakpoint
CREATE INDEX "callbacks_by_promise" ON "callbacks" USING btree ("promised_for","id") WHERE promised_for is not null;--> statement-breakpoint
CREATE INDEX "call_sessions_by_callback" ON "call_sessions" USING btree ("callback_id","started_at") WHERE callback_id is not null;--> statement-breakpoint
ALTER TABLE "callbacks" ADD CONSTRAINT "callbacks_promised_for_another_time" CHECK (promised_for <> scheduled_for);--> statement-breakpoint
ALTER TABLE "callbacks" ADD CONSTRAINT "callbacks_attempts" CHECK (attempts >= 0 and (attempts > 0 or first_called_at is null));--> statement-breakpoint
ALTER TABLE "callbacks" ADD CONSTRAINT "callbacks_first_called_by" CHECK (first_called_by is null or first_called_at is not null);--> statement-breakpoint
ALTER TABLE "callbacks" ADD CONSTRAINT "callbacks_result_of_what_ended" CHECK (result is null or status in ('completed', 'cancelled'));