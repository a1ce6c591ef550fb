CREATE TABLE "calendars" (
	"id" text PRIMARY KEY NOT NULL,
	"time_zone" text,
	"document" jsonb NOT NULL,
	"holiday_dates" text[] NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "callbacks" ADD COLUMN "time_zone" text;--> statement-breakpoint
ALTER TABLE "callbacks" ADD COLUMN "local_time" text;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "time_zone" text;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "region" text;--> statement-breakpoint
ALTER TABLE "callbacks" ADD CONSTRAINT "callbacks_local_time_has_zone" CHECK (local_time is null or (time_zone is not null and local_time ~ '^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$'));
