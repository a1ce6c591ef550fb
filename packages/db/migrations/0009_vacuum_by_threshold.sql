-- Every promise leaves some dead versions at the head of the lanes' indexes, whatever the size of the table: it is their
-- number that counts, not their share. Indexes are cleaned even when few pages of a big table have dead rows.
ALTER TABLE "call_queue" SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000, autovacuum_vacuum_cost_limit = 1000, vacuum_index_cleanup = on);--> statement-breakpoint
ALTER TABLE "callbacks" SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000, autovacuum_vacuum_cost_limit = 1000, vacuum_index_cleanup = on);--> statement-breakpoint
-- Nothing asks for the oldest of these; dead versions only take room.
ALTER TABLE "call_sessions" SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 50000);--> statement-breakpoint
ALTER TABLE "callback_notifications" SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 100000);--> statement-breakpoint
ALTER TABLE "idempotency_keys" SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000, fillfactor = 80);--> statement-breakpoint
-- Updated in place, again and again: room on the page keeps a new version beside the old one and out of the indexes.
ALTER TABLE "agent_sessions" SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000, fillfactor = 50);--> statement-breakpoint
ALTER TABLE "cron_runs" SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000, fillfactor = 50);--> statement-breakpoint
ALTER TABLE "lane_mirror" SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 200, fillfactor = 10);
