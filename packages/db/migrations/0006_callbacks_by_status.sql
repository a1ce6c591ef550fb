DROP INDEX "callbacks_by_time";--> statement-breakpoint
DROP INDEX "callbacks_by_preferred_agent";--> statement-breakpoint
DROP INDEX "callbacks_by_user";--> statement-breakpoint
CREATE INDEX "callbacks_by_status" ON "callbacks" USING btree ("status","scheduled_for","id");--> statement-breakpoint
CREATE INDEX "callbacks_by_preferred_agent" ON "callbacks" USING btree ("preferred_agent_id","status","scheduled_for");--> statement-breakpoint
CREATE INDEX "callbacks_by_user" ON "callbacks" USING btree ("user_id","status","scheduled_for");