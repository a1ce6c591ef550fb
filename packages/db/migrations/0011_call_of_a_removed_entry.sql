ALTER TABLE "call_sessions" DROP CONSTRAINT "call_sessions_queue_entry_id_call_queue_id_fk";
--> statement-breakpoint
DROP INDEX "call_sessions_by_queue_entry";