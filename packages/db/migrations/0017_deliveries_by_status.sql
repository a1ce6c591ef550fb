DROP INDEX "webhook_deliveries_by_webhook";--> statement-breakpoint
DROP INDEX "webhook_deliveries_failed";--> statement-breakpoint
CREATE INDEX "webhook_deliveries_by_status" ON "webhook_deliveries" USING btree ("webhook_id","status","id");