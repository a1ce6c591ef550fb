-- Finds pieces of text. It comes with PostgreSQL, and the owner of a database may have it.
CREATE EXTENSION IF NOT EXISTS pg_trgm;
--> statement-breakpoint
CREATE TABLE "callback_reasons" (
	"callback_id" uuid PRIMARY KEY NOT NULL,
	"reason" text NOT NULL
);
--> statement-breakpoint
DROP INDEX "callbacks_open_by_queue";--> statement-breakpoint
DROP INDEX "call_sessions_problematic";--> statement-breakpoint
DROP INDEX "call_sessions_by_user";--> statement-breakpoint
-- Nobody writes callbacks from here on, and the indexes are built once.
INSERT INTO callback_reasons (callback_id, reason)
  SELECT id, callback_reason FROM callbacks WHERE callback_reason IS NOT NULL;
--> statement-breakpoint
ALTER TABLE "callback_reasons" ADD CONSTRAINT "callback_reasons_callback_id_callbacks_id_fk" FOREIGN KEY ("callback_id") REFERENCES "public"."callbacks"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "callback_reasons_by_text" ON "callback_reasons" USING gin ("reason" gin_trgm_ops);--> statement-breakpoint
CREATE INDEX "callback_reasons_same" ON "callback_reasons" USING btree (md5(reason));--> statement-breakpoint
CREATE INDEX "call_sessions_by_agent" ON "call_sessions" USING btree ("agent_id","started_at","id") WHERE agent_id is not null;--> statement-breakpoint
CREATE INDEX "callbacks_by_queue" ON "callbacks" USING btree ("queue_type","status","scheduled_for","id") WHERE queue_type is not null;--> statement-breakpoint
CREATE INDEX "callbacks_by_update" ON "callbacks" USING btree ("status","updated_at","id");--> statement-breakpoint
CREATE INDEX "call_sessions_problematic" ON "call_sessions" USING btree ("started_at","id","agent_id") WHERE status = 'completed' and last_outcome_type is null and released_at is null;--> statement-breakpoint
CREATE INDEX "call_sessions_by_user" ON "call_sessions" USING btree ("user_id","started_at","id","agent_id");
--> statement-breakpoint

-- What a callback is about is searched in a table of its own, and stands there as it does in the callback.
CREATE FUNCTION copy_reasons_of_new_callbacks() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO callback_reasons (callback_id, reason)
    SELECT id, callback_reason FROM new_callbacks WHERE callback_reason IS NOT NULL;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER callbacks_given_reasons AFTER INSERT ON callbacks REFERENCING NEW TABLE AS new_callbacks
  FOR EACH STATEMENT EXECUTE FUNCTION copy_reasons_of_new_callbacks();
--> statement-breakpoint
CREATE FUNCTION copy_callback_reason() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM callback_reasons WHERE callback_id = NEW.id;
  IF NEW.callback_reason IS NOT NULL THEN
    INSERT INTO callback_reasons (callback_id, reason) VALUES (NEW.id, NEW.callback_reason);
  END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER callback_given_another_reason AFTER UPDATE OF callback_reason ON callbacks
  FOR EACH ROW WHEN (OLD.callback_reason IS DISTINCT FROM NEW.callback_reason) EXECUTE FUNCTION copy_callback_reason();
