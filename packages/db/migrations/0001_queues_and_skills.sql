CREATE TABLE "queues" (
	"queue_type" text COLLATE "C" PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "queues_type_is_a_word" CHECK (queue_type ~ '^[a-z][a-z0-9_]{0,39}$')
);
--> statement-breakpoint
INSERT INTO "queues" ("queue_type", "name", "created_at", "updated_at") VALUES
	('unsigned_users', 'Unsigned users', now() - interval '1 millisecond', now()),
	('outstanding_requests', 'Outstanding requests', now(), now());
--> statement-breakpoint
ALTER TABLE "call_queue" ALTER COLUMN "queue_type" SET DATA TYPE text COLLATE "C";--> statement-breakpoint
ALTER TABLE "user_call_scores" ALTER COLUMN "current_queue_type" SET DATA TYPE text COLLATE "C";--> statement-breakpoint
ALTER TABLE "agents" ADD COLUMN "queue_types" text[];--> statement-breakpoint
ALTER TABLE "callbacks" ADD COLUMN "queue_type" text COLLATE "C";--> statement-breakpoint
CREATE INDEX "callbacks_open_by_queue" ON "callbacks" USING btree ("queue_type") WHERE status in ('pending', 'accepted', 'in_progress') and queue_type is not null;--> statement-breakpoint
DROP TYPE "public"."queue_type";--> statement-breakpoint

-- From here on by hand: a live entry has its queue. It is a foreign key of live entries alone, asked at COMMIT like the
-- other checks of them: who locks the queue's row holds it for an instant, and what has ended keeps the name.

-- As before, and refuses a live entry without its queue.
CREATE OR REPLACE FUNCTION check_entry(entry call_queue) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM queues WHERE queue_type = entry.queue_type FOR KEY SHARE;
  IF FOUND THEN
    PERFORM FROM users WHERE id = entry.user_id FOR KEY SHARE;
  END IF;
  IF FOUND AND entry.callback_id IS NOT NULL THEN
    PERFORM FROM callbacks
      WHERE id = entry.callback_id AND is_queued AND status IN ('pending', 'accepted', 'in_progress') FOR SHARE;
  END IF;
  IF FOUND THEN
    RETURN;
  END IF;

  PERFORM FROM call_queue
    WHERE id = entry.id AND user_id = entry.user_id AND callback_id IS NOT DISTINCT FROM entry.callback_id
      AND queue_type = entry.queue_type AND status IN ('pending', 'assigned', 'in_progress');
  IF NOT FOUND THEN
    RETURN;
  END IF;

  IF NOT EXISTS (SELECT FROM queues WHERE queue_type = entry.queue_type) THEN
    PERFORM refuse('live_entry_has_queue',
      format('queue entry %s is live, and its queue %s does not exist', entry.id, entry.queue_type));
  END IF;
  IF NOT EXISTS (SELECT FROM users WHERE id = entry.user_id) THEN
    PERFORM refuse('live_entry_has_user', format('queue entry %s is live, and its user does not exist', entry.id));
  END IF;
  PERFORM refuse('live_entry_has_open_callback',
    format('queue entry %s is live, and its callback is not open or not marked as queued', entry.id));
END $$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION check_made_entry() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  doubtful call_queue;
BEGIN
  IF NEW.id <= nullif(current_setting('ringback.entries_checked_to', true), '')::bigint THEN
    RETURN NULL;
  END IF;
  -- Nearly always the transaction has written the callback as well, so that nobody else can change it.
  FOR doubtful IN
    SELECT * FROM (SELECT * FROM call_queue WHERE changed_in = pg_current_xact_id() OFFSET 0) q -- by no other index
    WHERE status IN ('pending', 'assigned', 'in_progress') AND NOT EXISTS (
      SELECT FROM users u, callbacks c, queues w
      WHERE u.id = q.user_id AND w.queue_type = q.queue_type AND c.id = q.callback_id AND c.is_queued
        AND c.status IN ('pending', 'accepted', 'in_progress') AND c.xmin = pg_current_xact_id()::xid
      FOR KEY SHARE OF u, w)
  LOOP
    PERFORM check_entry(doubtful);
  END LOOP;
  -- Until the transaction ends.
  PERFORM set_config('ringback.entries_checked_to', greatest(max(id), NEW.id)::text, true)
    FROM call_queue WHERE changed_in = pg_current_xact_id();
  RETURN NULL;
END $$;
--> statement-breakpoint
DROP TRIGGER live_entry_changed ON call_queue;
--> statement-breakpoint
CREATE CONSTRAINT TRIGGER live_entry_changed AFTER UPDATE ON call_queue
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (NEW.status IN ('pending', 'assigned', 'in_progress') AND (OLD.status IN ('completed', 'removed')
    OR OLD.user_id <> NEW.user_id OR OLD.callback_id IS DISTINCT FROM NEW.callback_id
    OR OLD.queue_type <> NEW.queue_type))
  EXECUTE FUNCTION check_live_entry();
--> statement-breakpoint
CREATE FUNCTION check_deleted_queue() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- One status after the other, as each has its index.
  IF (EXISTS (SELECT FROM call_queue WHERE queue_type = OLD.queue_type AND status = 'pending')
      OR EXISTS (SELECT FROM call_queue WHERE queue_type = OLD.queue_type AND status = 'assigned')
      OR EXISTS (SELECT FROM call_queue WHERE queue_type = OLD.queue_type AND status = 'in_progress'))
    AND NOT EXISTS (SELECT FROM queues WHERE queue_type = OLD.queue_type)
  THEN
    PERFORM refuse('live_entry_has_queue', format('queue %s is deleted and has a live entry', OLD.queue_type));
  END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE CONSTRAINT TRIGGER queue_deleted AFTER DELETE OR UPDATE OF queue_type ON queues
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  EXECUTE FUNCTION check_deleted_queue();
