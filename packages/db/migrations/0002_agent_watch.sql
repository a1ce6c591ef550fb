CREATE TABLE "agent_watch" (
	"id" integer PRIMARY KEY DEFAULT 1 NOT NULL,
	"heard_since" timestamp (3) with time zone NOT NULL,
	"heard_until" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "agent_watch_one_row" CHECK (id = 1)
);
