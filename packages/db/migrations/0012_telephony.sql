ALTER TABLE "call_sessions" ADD COLUMN "outcome_from_telephony" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "call_sessions" ADD COLUMN "telephony_sequence" integer;--> statement-breakpoint
ALTER TABLE "call_sessions" ADD CONSTRAINT "call_sessions_telephony" CHECK (last_outcome_type is not null or not outcome_from_telephony);