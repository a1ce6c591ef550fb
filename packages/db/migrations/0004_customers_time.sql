CREATE TABLE "calendars" (
	"id" text PRIMARY KEY NOT NULL,
	"time_zone" text,
	"document" jsonb NOT NULL,
	"holiday_dates" text[] NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "time_zone" text;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "region" text;
