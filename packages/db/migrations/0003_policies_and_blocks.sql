ALTER TYPE "public"."callback_notification_kind" ADD VALUE 'retry';--> statement-breakpoint
CREATE TABLE "do_not_call" (
	"subject" text PRIMARY KEY NOT NULL,
	"reason" text,
	"since" timestamp (3) with time zone NOT NULL,
	"until" timestamp (3) with time zone,
	"source" text NOT NULL,
	CONSTRAINT "do_not_call_subject" CHECK (subject ~ '^(user:[1-9][0-9]{0,18}|[+][1-9][0-9]{1,14})$'),
	CONSTRAINT "do_not_call_until_later" CHECK (until > since),
	CONSTRAINT "do_not_call_source" CHECK (source in ('operator', 'outcome'))
);
--> statement-breakpoint
CREATE TABLE "policies" (
	"queue_type" text NOT NULL,
	"version" integer NOT NULL,
	"document" jsonb NOT NULL,
	"written_by" jsonb NOT NULL,
	"written_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "policies_queue_type_version_pk" PRIMARY KEY("queue_type","version"),
	CONSTRAINT "policies_versions_count_from_one" CHECK (version >= 1),
	CONSTRAINT "policies_document_is_an_object" CHECK (jsonb_typeof(document) = 'object')
);
--> statement-breakpoint
ALTER TABLE "callbacks" ADD COLUMN "policy" jsonb;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "phone_e164" text;--> statement-breakpoint
CREATE INDEX "users_by_phone_e164" ON "users" USING btree ("phone_e164") WHERE phone_e164 is not null;