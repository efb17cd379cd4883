CREATE TABLE "sms"."modem_events" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"modem_id" uuid NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"kind" text NOT NULL,
	"detail" text NOT NULL,
	"data" jsonb
);
--> statement-breakpoint
CREATE TABLE "sms"."modem_samples" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"modem_id" uuid NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"state" text NOT NULL,
	"signal_dbm" integer,
	"registration" text,
	"operator" text,
	"temperature_celsius" double precision,
	"voltage" double precision,
	"storage_used" integer,
	"storage_total" integer,
	"errors" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sms"."modem_traces" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"modem_id" uuid NOT NULL,
	"seconds" integer NOT NULL,
	"status" text NOT NULL,
	"transcript" text DEFAULT '' NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"finished_at" timestamp with time zone,
	CONSTRAINT "modem_traces_tenant_key" UNIQUE("organization_id","id")
);
--> statement-breakpoint
CREATE TABLE "sms"."ussd_sessions" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"modem_id" uuid NOT NULL,
	"request" text NOT NULL,
	"purpose" text NOT NULL,
	"status" text NOT NULL,
	"exchange" jsonb NOT NULL,
	"error" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	"finished_at" timestamp with time zone,
	CONSTRAINT "ussd_sessions_tenant_key" UNIQUE("organization_id","id")
);
--> statement-breakpoint
CREATE TABLE "voice"."cloudonix_subscribers" (
	"organization_id" uuid NOT NULL,
	"number" text NOT NULL,
	"password_secret_id" uuid NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "cloudonix_subscribers_pkey" PRIMARY KEY("organization_id","number")
);
--> statement-breakpoint
ALTER TABLE "sms"."modems" ADD COLUMN "profile" text;--> statement-breakpoint
ALTER TABLE "sms"."modems" ADD COLUMN "balance" jsonb;--> statement-breakpoint
ALTER TABLE "sms"."sim_cards" ADD COLUMN "balance" double precision;--> statement-breakpoint
ALTER TABLE "sms"."sim_cards" ADD COLUMN "balance_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "sms"."modem_events" ADD CONSTRAINT "modem_events_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sms"."modem_events" ADD CONSTRAINT "modem_events_modem" FOREIGN KEY ("organization_id","modem_id") REFERENCES "sms"."modems"("organization_id","id") ON DELETE cascade ON UPDATE cascade;--> statement-breakpoint
ALTER TABLE "sms"."modem_samples" ADD CONSTRAINT "modem_samples_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sms"."modem_samples" ADD CONSTRAINT "modem_samples_modem" FOREIGN KEY ("organization_id","modem_id") REFERENCES "sms"."modems"("organization_id","id") ON DELETE cascade ON UPDATE cascade;--> statement-breakpoint
ALTER TABLE "sms"."modem_traces" ADD CONSTRAINT "modem_traces_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sms"."modem_traces" ADD CONSTRAINT "modem_traces_modem" FOREIGN KEY ("organization_id","modem_id") REFERENCES "sms"."modems"("organization_id","id") ON DELETE cascade ON UPDATE cascade;--> statement-breakpoint
ALTER TABLE "sms"."ussd_sessions" ADD CONSTRAINT "ussd_sessions_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sms"."ussd_sessions" ADD CONSTRAINT "ussd_sessions_modem" FOREIGN KEY ("organization_id","modem_id") REFERENCES "sms"."modems"("organization_id","id") ON DELETE cascade ON UPDATE cascade;--> statement-breakpoint
ALTER TABLE "voice"."cloudonix_subscribers" ADD CONSTRAINT "cloudonix_subscribers_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "voice"."cloudonix_subscribers" ADD CONSTRAINT "cloudonix_subscribers_password" FOREIGN KEY ("organization_id","password_secret_id") REFERENCES "platform"."secrets"("organization_id","id") ON DELETE restrict ON UPDATE cascade;--> statement-breakpoint
CREATE INDEX "modem_events_by_time" ON "sms"."modem_events" USING btree ("organization_id","modem_id","at");--> statement-breakpoint
CREATE INDEX "modem_samples_by_time" ON "sms"."modem_samples" USING btree ("organization_id","modem_id","at");--> statement-breakpoint
CREATE INDEX "modem_traces_open" ON "sms"."modem_traces" USING btree ("modem_id") WHERE "sms"."modem_traces"."status" <> 'done';--> statement-breakpoint
CREATE INDEX "ussd_sessions_list" ON "sms"."ussd_sessions" USING btree ("organization_id","modem_id","created_at");--> statement-breakpoint
CREATE INDEX "ussd_sessions_open" ON "sms"."ussd_sessions" USING btree ("modem_id") WHERE "sms"."ussd_sessions"."status" in ('queued', 'running', 'waiting');