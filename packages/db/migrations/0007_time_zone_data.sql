CREATE TABLE "engine_facts" (
	"name" text PRIMARY KEY NOT NULL,
	"value" text NOT NULL,
	"noted_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE INDEX "callbacks_by_wall_clock" ON "callbacks" USING btree ("scheduled_for","id") WHERE local_time is not null and status in ('pending', 'accepted');