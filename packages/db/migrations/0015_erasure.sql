ALTER TABLE "idempotency_keys" ADD COLUMN "user_id" bigint;--> statement-breakpoint
ALTER TABLE "idempotency_keys" ADD CONSTRAINT "idempotency_keys_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "call_queue_ended_by_user" ON "call_queue" USING btree ("user_id") WHERE ended_at is not null;--> statement-breakpoint
CREATE INDEX "idempotency_keys_by_user" ON "idempotency_keys" USING btree ("user_id") WHERE user_id is not null;