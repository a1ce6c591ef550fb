ALTER TABLE "call_sessions" DROP CONSTRAINT "call_sessions_next_callback_id_callbacks_id_fk";
--> statement-breakpoint
ALTER TABLE "call_sessions" DROP CONSTRAINT "call_sessions_callback_id_callbacks_id_fk";
--> statement-breakpoint
ALTER TABLE "call_sessions" DROP CONSTRAINT "call_sessions_queue_entry_id_call_queue_id_fk";
--> statement-breakpoint
ALTER TABLE "callbacks" DROP CONSTRAINT "callbacks_original_call_session_id_call_sessions_id_fk";
--> statement-breakpoint
ALTER TABLE "call_sessions" ADD CONSTRAINT "call_sessions_next_callback_id_callbacks_id_fk" FOREIGN KEY ("next_callback_id") REFERENCES "public"."callbacks"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "call_sessions" ADD CONSTRAINT "call_sessions_callback_id_callbacks_id_fk" FOREIGN KEY ("callback_id") REFERENCES "public"."callbacks"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "call_sessions" ADD CONSTRAINT "call_sessions_queue_entry_id_call_queue_id_fk" FOREIGN KEY ("queue_entry_id") REFERENCES "public"."call_queue"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "callbacks" ADD CONSTRAINT "callbacks_original_call_session_id_call_sessions_id_fk" FOREIGN KEY ("original_call_session_id") REFERENCES "public"."call_sessions"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "agent_sessions_by_logout" ON "agent_sessions" USING btree ("logout_at") WHERE logout_at is not null;--> statement-breakpoint
CREATE INDEX "call_queue_by_callback" ON "call_queue" USING btree ("callback_id") WHERE callback_id is not null;--> statement-breakpoint
CREATE INDEX "call_queue_by_call" ON "call_queue" USING btree ("call_session_id") WHERE call_session_id is not null;--> statement-breakpoint
CREATE INDEX "call_sessions_by_callback" ON "call_sessions" USING btree ("callback_id") WHERE callback_id is not null;--> statement-breakpoint
CREATE INDEX "call_sessions_by_next_callback" ON "call_sessions" USING btree ("next_callback_id") WHERE next_callback_id is not null;--> statement-breakpoint
CREATE INDEX "call_sessions_by_queue_entry" ON "call_sessions" USING btree ("queue_entry_id") WHERE queue_entry_id is not null;--> statement-breakpoint
CREATE INDEX "callbacks_by_completing_call" ON "callbacks" USING btree ("completed_call_session_id") WHERE completed_call_session_id is not null;