CREATE TYPE "public"."callback_result" AS ENUM('reached', 'reached_inbound', 'refused', 'wrong_number', 'not_reached', 'cancelled', 'blocked');--> statement-breakpoint
ALTER TABLE "callbacks" ADD COLUMN "promised_for" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "callbacks" ADD COLUMN "attempts" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "callbacks" ADD COLUMN "first_called_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "callbacks" ADD COLUMN "first_called_by" integer;--> statement-breakpoint
ALTER TABLE "callbacks" ADD COLUMN "result" "callback_result";--> statement-breakpoint
ALTER TABLE "callbacks" ADD CONSTRAINT "callbacks_promised_for_another_time" CHECK (promised_for <> scheduled_for);--> statement-breakpoint
ALTER TABLE "callbacks" ADD CONSTRAINT "callbacks_attempts" CHECK ((attempts > 0) = (first_called_at is not null) and attempts >= 0);--> statement-breakpoint
ALTER TABLE "callbacks" ADD CONSTRAINT "callbacks_first_called_by" CHECK (first_called_by is null or first_called_at is not null);--> statement-breakpoint
ALTER TABLE "callbacks" ADD CONSTRAINT "callbacks_result_of_what_ended" CHECK (result is null or status in ('completed', 'cancelled'));