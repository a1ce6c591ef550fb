-- Trigrams of names, for what they contain. Whoever may make the tables may add it, wherever Postgres has its usual extensions.
CREATE EXTENSION IF NOT EXISTS pg_trgm;--> statement-breakpoint
ALTER TYPE "public"."callback_notification_kind" ADD VALUE 'updated';--> statement-breakpoint
ALTER TABLE "callbacks" ADD COLUMN "external_id" text;--> statement-breakpoint
ALTER TABLE "callbacks" ADD COLUMN "metadata" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "external_id" text;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "metadata" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX "callbacks_by_external_id" ON "callbacks" USING btree ("external_id") WHERE external_id is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "users_by_external_id" ON "users" USING btree ("external_id") WHERE external_id is not null;--> statement-breakpoint
CREATE INDEX "users_by_name" ON "users" USING gin ("name" gin_trgm_ops);