DROP INDEX "call_queue_by_update";--> statement-breakpoint
ALTER TABLE "call_queue" ADD COLUMN "changed_in" "xid8" DEFAULT '0' NOT NULL;--> statement-breakpoint
ALTER TABLE "call_queue" ALTER COLUMN "changed_in" SET DEFAULT pg_current_xact_id();--> statement-breakpoint
CREATE FUNCTION "note_change" () RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	NEW.changed_in := pg_current_xact_id();
	RETURN NEW;
END $$;--> statement-breakpoint
CREATE TRIGGER "call_queue_note_change" BEFORE UPDATE ON "call_queue" FOR EACH ROW EXECUTE FUNCTION "note_change"();--> statement-breakpoint
CREATE INDEX "call_queue_by_change" ON "call_queue" USING btree ("changed_in","id");--> statement-breakpoint
DELETE FROM "lane_mirror";--> statement-breakpoint
ALTER TABLE "lane_mirror" DROP COLUMN "pulse";--> statement-breakpoint
ALTER TABLE "lane_mirror" DROP COLUMN "open_since";--> statement-breakpoint
ALTER TABLE "lane_mirror" ADD COLUMN "pulse" uuid NOT NULL;--> statement-breakpoint
ALTER TABLE "lane_mirror" ADD COLUMN "open_since" "xid8" NOT NULL;--> statement-breakpoint
ALTER TABLE "lane_mirror" ADD COLUMN "epoch" uuid NOT NULL;--> statement-breakpoint
ALTER TABLE "lane_mirror" ADD COLUMN "history" text NOT NULL;--> statement-breakpoint
ALTER TABLE "lane_mirror" ADD COLUMN "compared_id" bigint DEFAULT '0' NOT NULL;--> statement-breakpoint
ALTER TABLE "lane_mirror" ADD COLUMN "compared_record" text DEFAULT '0' NOT NULL;--> statement-breakpoint
ALTER TABLE "lane_mirror" ADD COLUMN "compared_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "lane_mirror" ADD COLUMN "differences" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "lane_mirror" ADD COLUMN "differed_at" timestamp (3) with time zone;
