CREATE SCHEMA "directory";
--> statement-breakpoint
CREATE SCHEMA "identity";
--> statement-breakpoint
CREATE SCHEMA IF NOT EXISTS "platform";
--> statement-breakpoint
CREATE SCHEMA "sms";
--> statement-breakpoint
CREATE SCHEMA "voice";
--> statement-breakpoint
CREATE TYPE "identity"."organization_status" AS ENUM('active', 'suspended', 'closed');--> statement-breakpoint
CREATE TYPE "platform"."audit_outcome" AS ENUM('done', 'refused', 'failed');--> statement-breakpoint
CREATE TYPE "platform"."setting_scope" AS ENUM('platform', 'organization', 'team', 'user');--> statement-breakpoint
CREATE TYPE "sms"."message_direction" AS ENUM('inbound', 'outbound');--> statement-breakpoint
CREATE TYPE "sms"."message_status" AS ENUM('queued', 'submitting', 'sent', 'delivered', 'failed', 'unknown', 'expired', 'cancelled', 'rejected', 'received');--> statement-breakpoint
CREATE TYPE "voice"."call_status" AS ENUM('initiated', 'ringing', 'answered', 'completed', 'busy', 'no_answer', 'failed', 'blocked', 'cancelled');--> statement-breakpoint
CREATE TABLE "directory"."contact_group_members" (
	"organization_id" uuid NOT NULL,
	"contact_id" uuid NOT NULL,
	"list_index" integer NOT NULL,
	"group_name" text NOT NULL,
	CONSTRAINT "contact_group_members_pkey" PRIMARY KEY("contact_id","group_name")
);
--> statement-breakpoint
CREATE TABLE "directory"."contact_groups" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"name" text NOT NULL,
	"description" text DEFAULT '' NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "contact_groups_tenant_key" UNIQUE("organization_id","id"),
	CONSTRAINT "contact_groups_name_key" UNIQUE("organization_id","name")
);
--> statement-breakpoint
CREATE TABLE "directory"."contact_points" (
	"organization_id" uuid NOT NULL,
	"contact_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"list_index" integer NOT NULL,
	"value_normalised" text NOT NULL,
	CONSTRAINT "contact_points_pkey" PRIMARY KEY("contact_id","kind","list_index")
);
--> statement-breakpoint
CREATE TABLE "directory"."contacts" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"display_name" text NOT NULL,
	"first_name" text NOT NULL,
	"last_name" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "contacts_tenant_key" UNIQUE("organization_id","id"),
	CONSTRAINT "contacts_display_name_key" UNIQUE("organization_id","display_name")
);
--> statement-breakpoint
CREATE TABLE "identity"."api_keys" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"name" text NOT NULL,
	"prefix" text NOT NULL,
	"key_hash" text NOT NULL,
	"role" text DEFAULT 'owner' NOT NULL,
	"expires_at" timestamp with time zone,
	"last_used_at" timestamp with time zone,
	"revoked_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "api_keys_key_hash_unique" UNIQUE("key_hash"),
	CONSTRAINT "api_keys_tenant_key" UNIQUE("organization_id","id")
);
--> statement-breakpoint
CREATE TABLE "identity"."login_codes" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"code_hash" text NOT NULL,
	"role" text DEFAULT 'owner' NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"used_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "login_codes_code_hash_unique" UNIQUE("code_hash")
);
--> statement-breakpoint
CREATE TABLE "identity"."organizations" (
	"id" uuid PRIMARY KEY NOT NULL,
	"slug" text NOT NULL,
	"name" text NOT NULL,
	"timezone" text DEFAULT 'UTC' NOT NULL,
	"status" "identity"."organization_status" DEFAULT 'active' NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "organizations_slug_unique" UNIQUE("slug"),
	CONSTRAINT "organizations_slug_form" CHECK ("identity"."organizations"."slug" ~ '^[a-z0-9][a-z0-9-]{0,62}$')
);
--> statement-breakpoint
CREATE TABLE "identity"."sessions" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"token_hash" text NOT NULL,
	"user_id" uuid,
	"role" text DEFAULT 'owner' NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"revoked_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "sessions_token_hash_unique" UNIQUE("token_hash")
);
--> statement-breakpoint
CREATE TABLE "identity"."users" (
	"id" uuid PRIMARY KEY NOT NULL,
	"email" text,
	"first_name" text DEFAULT '' NOT NULL,
	"last_name" text DEFAULT '' NOT NULL,
	"is_active" boolean DEFAULT true NOT NULL,
	"is_platform_admin" boolean DEFAULT false NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "platform"."audit_events" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid,
	"actor_kind" text NOT NULL,
	"actor_id" text,
	"actor_name" text NOT NULL,
	"action" text NOT NULL,
	"entity_type" text NOT NULL,
	"entity_id" text,
	"outcome" "platform"."audit_outcome" DEFAULT 'done' NOT NULL,
	"before" jsonb,
	"after" jsonb,
	"request_id" text,
	"ip" text,
	"at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "platform"."idempotency_keys" (
	"organization_id" uuid NOT NULL,
	"key" text NOT NULL,
	"fingerprint" text NOT NULL,
	"status" integer,
	"body" jsonb,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "idempotency_keys_pkey" PRIMARY KEY("organization_id","key")
);
--> statement-breakpoint
CREATE TABLE "platform"."secrets" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"purpose" text NOT NULL,
	"key_id" text NOT NULL,
	"ciphertext" "bytea" NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "secrets_tenant_key" UNIQUE("organization_id","id")
);
--> statement-breakpoint
CREATE TABLE "platform"."settings" (
	"id" uuid PRIMARY KEY NOT NULL,
	"scope" "platform"."setting_scope" NOT NULL,
	"scope_id" uuid NOT NULL,
	"key" text NOT NULL,
	"value" jsonb NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "settings_key" UNIQUE("scope","scope_id","key")
);
--> statement-breakpoint
CREATE TABLE "sms"."concat_references" (
	"organization_id" uuid NOT NULL,
	"peer" text NOT NULL,
	"last" integer NOT NULL,
	CONSTRAINT "concat_references_pkey" PRIMARY KEY("organization_id","peer")
);
--> statement-breakpoint
CREATE TABLE "sms"."delivery_reports" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"modem_id" uuid NOT NULL,
	"part_id" uuid,
	"reference" integer NOT NULL,
	"recipient" text NOT NULL,
	"status" integer NOT NULL,
	"outcome" text NOT NULL,
	"service_centre_time" text,
	"discharge_time" text,
	"pdu" text NOT NULL,
	"received_at" timestamp with time zone NOT NULL,
	CONSTRAINT "delivery_reports_key" UNIQUE("organization_id","modem_id","pdu")
);
--> statement-breakpoint
CREATE TABLE "sms"."message_parts" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"message_id" uuid,
	"modem_id" uuid,
	"direction" "sms"."message_direction" NOT NULL,
	"sequence" integer NOT NULL,
	"total" integer NOT NULL,
	"pdu" text NOT NULL,
	"tpdu_length" integer NOT NULL,
	"status" "sms"."message_status" NOT NULL,
	"reference" integer,
	"attempts" integer DEFAULT 0 NOT NULL,
	"due_at" timestamp with time zone NOT NULL,
	"submitted_at" timestamp with time zone,
	"sent_at" timestamp with time zone,
	"delivered_at" timestamp with time zone,
	"error" text,
	"submitted_by" text,
	"expires_at" timestamp with time zone,
	"peer" text NOT NULL,
	"set_key" text,
	"set_id" uuid,
	"service_centre_time" text,
	"inbound_key" text,
	"received_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "message_parts_tenant_key" UNIQUE("organization_id","id"),
	CONSTRAINT "message_parts_inbound_key" UNIQUE("organization_id","inbound_key"),
	CONSTRAINT "message_parts_sequence_key" UNIQUE("message_id","sequence")
);
--> statement-breakpoint
CREATE TABLE "sms"."messages" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"modem_id" uuid,
	"is_modem_fixed" boolean DEFAULT false NOT NULL,
	"direction" "sms"."message_direction" NOT NULL,
	"peer" text NOT NULL,
	"body" text NOT NULL,
	"encoding" text NOT NULL,
	"part_count" integer NOT NULL,
	"status" "sms"."message_status" NOT NULL,
	"status_report" boolean DEFAULT false NOT NULL,
	"validity_seconds" integer,
	"flash" boolean DEFAULT false NOT NULL,
	"due_at" timestamp with time zone NOT NULL,
	"concat_reference" integer,
	"is_partial" boolean DEFAULT false NOT NULL,
	"error" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "messages_tenant_key" UNIQUE("organization_id","id"),
	CONSTRAINT "messages_part_count" CHECK ("sms"."messages"."part_count" between 1 and 255)
);
--> statement-breakpoint
CREATE TABLE "sms"."modems" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"name" text NOT NULL,
	"path" text NOT NULL,
	"baud_rate" integer DEFAULT 115200 NOT NULL,
	"pin_secret_id" uuid,
	"status" text DEFAULT 'active' NOT NULL,
	"snapshot" jsonb,
	"owner_id" text,
	"owner_lease_until" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "modems_tenant_key" UNIQUE("organization_id","id"),
	CONSTRAINT "modems_name_key" UNIQUE("organization_id","name")
);
--> statement-breakpoint
CREATE TABLE "sms"."sim_cards" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"imsi" text NOT NULL,
	"iccid" text,
	"phone_e164" text,
	"operator" text,
	"modem_id" uuid,
	"first_seen_at" timestamp with time zone NOT NULL,
	"last_seen_at" timestamp with time zone NOT NULL,
	CONSTRAINT "sim_cards_tenant_key" UNIQUE("organization_id","id"),
	CONSTRAINT "sim_cards_imsi_key" UNIQUE("organization_id","imsi")
);
--> statement-breakpoint
CREATE TABLE "voice"."ai_assistants" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"name" text NOT NULL,
	"status" text DEFAULT 'active' NOT NULL,
	"protocol" text NOT NULL,
	"provider" text,
	"phone_e164" text,
	"username" text,
	"password_secret_id" uuid,
	"url" text,
	"max_concurrent_calls" integer,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "ai_assistants_tenant_key" UNIQUE("organization_id","id"),
	CONSTRAINT "ai_assistants_name_key" UNIQUE("organization_id","name")
);
--> statement-breakpoint
CREATE TABLE "voice"."ai_load_balancer_members" (
	"organization_id" uuid NOT NULL,
	"ai_load_balancer_id" uuid NOT NULL,
	"list_index" integer NOT NULL,
	"assistant" text NOT NULL,
	"position" integer NOT NULL,
	"weight" integer NOT NULL,
	"status" text DEFAULT 'active' NOT NULL,
	CONSTRAINT "ai_load_balancer_members_pkey" PRIMARY KEY("ai_load_balancer_id","list_index")
);
--> statement-breakpoint
CREATE TABLE "voice"."ai_load_balancers" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"name" text NOT NULL,
	"status" text DEFAULT 'active' NOT NULL,
	"strategy" text NOT NULL,
	"follow_through" boolean NOT NULL,
	"fallback" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "ai_load_balancers_tenant_key" UNIQUE("organization_id","id"),
	CONSTRAINT "ai_load_balancers_name_key" UNIQUE("organization_id","name")
);
--> statement-breakpoint
CREATE TABLE "voice"."business_hours" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"name" text NOT NULL,
	"timezone" text,
	"weekly" jsonb NOT NULL,
	"exceptions" jsonb NOT NULL,
	"open_target" text NOT NULL,
	"closed_target" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "business_hours_tenant_key" UNIQUE("organization_id","id"),
	CONSTRAINT "business_hours_name_key" UNIQUE("organization_id","name")
);
--> statement-breakpoint
CREATE TABLE "voice"."call_detail_records" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"call_id" uuid NOT NULL,
	"event_key" text NOT NULL,
	"token" text NOT NULL,
	"sip_call_id" text,
	"from_number" text NOT NULL,
	"to_number" text NOT NULL,
	"disposition" text NOT NULL,
	"raw_disposition" text,
	"duration_seconds" integer NOT NULL,
	"billable_seconds" integer NOT NULL,
	"started_at" timestamp with time zone,
	"answered_at" timestamp with time zone,
	"ended_at" timestamp with time zone,
	"recording_url" text,
	"cost" text,
	"raw" jsonb NOT NULL,
	"recorded_at" timestamp with time zone NOT NULL,
	CONSTRAINT "call_detail_records_key" UNIQUE("organization_id","event_key")
);
--> statement-breakpoint
CREATE TABLE "voice"."call_events" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"call_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"event_key" text NOT NULL,
	"status" text,
	"data" jsonb NOT NULL,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "call_events_key" UNIQUE("organization_id","event_key")
);
--> statement-breakpoint
CREATE TABLE "voice"."calls" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"token" text NOT NULL,
	"direction" text NOT NULL,
	"from_number" text NOT NULL,
	"to_number" text NOT NULL,
	"caller_name" text,
	"status" "voice"."call_status" NOT NULL,
	"plan_version" integer,
	"trace" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"started_at" timestamp with time zone NOT NULL,
	"answered_at" timestamp with time zone,
	"ended_at" timestamp with time zone,
	"billable_seconds" integer,
	"recording_url" text,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "calls_tenant_key" UNIQUE("organization_id","id"),
	CONSTRAINT "calls_token_key" UNIQUE("organization_id","token")
);
--> statement-breakpoint
CREATE TABLE "voice"."cloudonix_settings" (
	"organization_id" uuid PRIMARY KEY NOT NULL,
	"domain" text NOT NULL,
	"requests_api_key_secret_id" uuid NOT NULL,
	"requests_key_hash" text NOT NULL,
	"webhook_token_secret_id" uuid NOT NULL,
	"webhook_token_hash" text NOT NULL,
	"api_key_secret_id" uuid,
	"no_answer_timeout_seconds" integer DEFAULT 60 NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "cloudonix_settings_webhook_token_hash_unique" UNIQUE("webhook_token_hash"),
	CONSTRAINT "cloudonix_settings_timeout" CHECK ("voice"."cloudonix_settings"."no_answer_timeout_seconds" between 1 and 600)
);
--> statement-breakpoint
CREATE TABLE "voice"."conference_rooms" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"name" text NOT NULL,
	"status" text DEFAULT 'active' NOT NULL,
	"pin_secret_id" uuid,
	"max_participants" integer NOT NULL,
	"mute_on_entry" boolean NOT NULL,
	"announce_join_leave" boolean NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "conference_rooms_tenant_key" UNIQUE("organization_id","id"),
	CONSTRAINT "conference_rooms_name_key" UNIQUE("organization_id","name")
);
--> statement-breakpoint
CREATE TABLE "voice"."did_numbers" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"phone_e164" text NOT NULL,
	"name" text,
	"status" text DEFAULT 'active' NOT NULL,
	"route_to" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "did_numbers_tenant_key" UNIQUE("organization_id","id"),
	CONSTRAINT "did_numbers_number_key" UNIQUE("organization_id","phone_e164"),
	CONSTRAINT "did_numbers_e164" CHECK ("voice"."did_numbers"."phone_e164" ~ '^\+[1-9][0-9]{6,14}$')
);
--> statement-breakpoint
CREATE TABLE "voice"."extensions" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"number" text NOT NULL,
	"type" text NOT NULL,
	"name" text,
	"status" text DEFAULT 'active' NOT NULL,
	"caller_id" text,
	"forward_to" text,
	"target" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "extensions_tenant_key" UNIQUE("organization_id","id"),
	CONSTRAINT "extensions_number_key" UNIQUE("organization_id","number"),
	CONSTRAINT "extensions_number_form" CHECK ("voice"."extensions"."number" ~ '^[0-9]{2,10}$')
);
--> statement-breakpoint
CREATE TABLE "voice"."inbound_block_rules" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"pattern" text NOT NULL,
	"match_type" text NOT NULL,
	"action" text NOT NULL,
	"reason" text NOT NULL,
	"status" text DEFAULT 'active' NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "inbound_block_rules_tenant_key" UNIQUE("organization_id","id"),
	CONSTRAINT "inbound_block_rules_pattern_key" UNIQUE("organization_id","pattern")
);
--> statement-breakpoint
CREATE TABLE "voice"."ivr_menu_options" (
	"organization_id" uuid NOT NULL,
	"ivr_menu_id" uuid NOT NULL,
	"list_index" integer NOT NULL,
	"key" text NOT NULL,
	"target" text NOT NULL,
	"name" text,
	CONSTRAINT "ivr_menu_options_pkey" PRIMARY KEY("ivr_menu_id","list_index")
);
--> statement-breakpoint
CREATE TABLE "voice"."ivr_menus" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"name" text NOT NULL,
	"status" text DEFAULT 'active' NOT NULL,
	"greeting" jsonb NOT NULL,
	"inter_digit_timeout_seconds" integer NOT NULL,
	"max_timeout_seconds" integer NOT NULL,
	"max_turns" integer NOT NULL,
	"direct_dial" boolean NOT NULL,
	"failover" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "ivr_menus_tenant_key" UNIQUE("organization_id","id"),
	CONSTRAINT "ivr_menus_name_key" UNIQUE("organization_id","name")
);
--> statement-breakpoint
CREATE TABLE "voice"."outbound_rules" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"prefix" text NOT NULL,
	"country" text,
	"name" text,
	"trunk" text NOT NULL,
	"status" text DEFAULT 'active' NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "outbound_rules_tenant_key" UNIQUE("organization_id","id"),
	CONSTRAINT "outbound_rules_prefix_key" UNIQUE("organization_id","prefix")
);
--> statement-breakpoint
CREATE TABLE "voice"."plan_versions" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"version" integer NOT NULL,
	"document" jsonb NOT NULL,
	"key_id" text NOT NULL,
	"sealed_secrets" "bytea" NOT NULL,
	"actor_name" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "plan_versions_version_key" UNIQUE("organization_id","version")
);
--> statement-breakpoint
CREATE TABLE "voice"."ring_group_members" (
	"organization_id" uuid NOT NULL,
	"ring_group_id" uuid NOT NULL,
	"list_index" integer NOT NULL,
	"extension_number" text NOT NULL,
	CONSTRAINT "ring_group_members_pkey" PRIMARY KEY("ring_group_id","list_index")
);
--> statement-breakpoint
CREATE TABLE "voice"."ring_groups" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"name" text NOT NULL,
	"status" text DEFAULT 'active' NOT NULL,
	"strategy" text NOT NULL,
	"timeout_seconds" integer NOT NULL,
	"turns" integer NOT NULL,
	"max_call_duration_seconds" integer,
	"fallback" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "ring_groups_tenant_key" UNIQUE("organization_id","id"),
	CONSTRAINT "ring_groups_name_key" UNIQUE("organization_id","name"),
	CONSTRAINT "ring_groups_timeout" CHECK ("voice"."ring_groups"."timeout_seconds" between 1 and 600),
	CONSTRAINT "ring_groups_turns" CHECK ("voice"."ring_groups"."turns" between 1 and 100)
);
--> statement-breakpoint
CREATE TABLE "voice"."rotation_counters" (
	"organization_id" uuid NOT NULL,
	"key" text NOT NULL,
	"value" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "rotation_counters_pkey" PRIMARY KEY("organization_id","key")
);
--> statement-breakpoint
ALTER TABLE "directory"."contact_group_members" ADD CONSTRAINT "contact_group_members_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "directory"."contact_group_members" ADD CONSTRAINT "contact_group_members_contact" FOREIGN KEY ("organization_id","contact_id") REFERENCES "directory"."contacts"("organization_id","id") ON DELETE cascade ON UPDATE cascade;--> statement-breakpoint
ALTER TABLE "directory"."contact_group_members" ADD CONSTRAINT "contact_group_members_group" FOREIGN KEY ("organization_id","group_name") REFERENCES "directory"."contact_groups"("organization_id","name") ON DELETE no action ON UPDATE cascade;--> statement-breakpoint
ALTER TABLE "directory"."contact_groups" ADD CONSTRAINT "contact_groups_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "directory"."contact_points" ADD CONSTRAINT "contact_points_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "directory"."contact_points" ADD CONSTRAINT "contact_points_contact" FOREIGN KEY ("organization_id","contact_id") REFERENCES "directory"."contacts"("organization_id","id") ON DELETE cascade ON UPDATE cascade;--> statement-breakpoint
ALTER TABLE "directory"."contacts" ADD CONSTRAINT "contacts_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "identity"."api_keys" ADD CONSTRAINT "api_keys_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "identity"."login_codes" ADD CONSTRAINT "login_codes_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "identity"."sessions" ADD CONSTRAINT "sessions_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "identity"."sessions" ADD CONSTRAINT "sessions_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "identity"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "platform"."audit_events" ADD CONSTRAINT "audit_events_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "platform"."idempotency_keys" ADD CONSTRAINT "idempotency_keys_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "platform"."secrets" ADD CONSTRAINT "secrets_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sms"."concat_references" ADD CONSTRAINT "concat_references_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sms"."delivery_reports" ADD CONSTRAINT "delivery_reports_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sms"."delivery_reports" ADD CONSTRAINT "delivery_reports_part" FOREIGN KEY ("organization_id","part_id") REFERENCES "sms"."message_parts"("organization_id","id") ON DELETE cascade ON UPDATE cascade;--> statement-breakpoint
ALTER TABLE "sms"."message_parts" ADD CONSTRAINT "message_parts_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sms"."message_parts" ADD CONSTRAINT "message_parts_message" FOREIGN KEY ("organization_id","message_id") REFERENCES "sms"."messages"("organization_id","id") ON DELETE cascade ON UPDATE cascade;--> statement-breakpoint
ALTER TABLE "sms"."messages" ADD CONSTRAINT "messages_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sms"."modems" ADD CONSTRAINT "modems_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sms"."modems" ADD CONSTRAINT "modems_pin" FOREIGN KEY ("organization_id","pin_secret_id") REFERENCES "platform"."secrets"("organization_id","id") ON DELETE restrict ON UPDATE cascade;--> statement-breakpoint
ALTER TABLE "sms"."sim_cards" ADD CONSTRAINT "sim_cards_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "voice"."ai_assistants" ADD CONSTRAINT "ai_assistants_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "voice"."ai_assistants" ADD CONSTRAINT "ai_assistants_password" FOREIGN KEY ("organization_id","password_secret_id") REFERENCES "platform"."secrets"("organization_id","id") ON DELETE restrict ON UPDATE cascade;--> statement-breakpoint
ALTER TABLE "voice"."ai_load_balancer_members" ADD CONSTRAINT "ai_load_balancer_members_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "voice"."ai_load_balancer_members" ADD CONSTRAINT "ai_load_balancer_members_balancer" FOREIGN KEY ("organization_id","ai_load_balancer_id") REFERENCES "voice"."ai_load_balancers"("organization_id","id") ON DELETE cascade ON UPDATE cascade;--> statement-breakpoint
ALTER TABLE "voice"."ai_load_balancer_members" ADD CONSTRAINT "ai_load_balancer_members_assistant" FOREIGN KEY ("organization_id","assistant") REFERENCES "voice"."ai_assistants"("organization_id","name") ON DELETE no action ON UPDATE cascade;--> statement-breakpoint
ALTER TABLE "voice"."ai_load_balancers" ADD CONSTRAINT "ai_load_balancers_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "voice"."business_hours" ADD CONSTRAINT "business_hours_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "voice"."call_detail_records" ADD CONSTRAINT "call_detail_records_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "voice"."call_detail_records" ADD CONSTRAINT "call_detail_records_call" FOREIGN KEY ("organization_id","call_id") REFERENCES "voice"."calls"("organization_id","id") ON DELETE cascade ON UPDATE cascade;--> statement-breakpoint
ALTER TABLE "voice"."call_events" ADD CONSTRAINT "call_events_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "voice"."call_events" ADD CONSTRAINT "call_events_call" FOREIGN KEY ("organization_id","call_id") REFERENCES "voice"."calls"("organization_id","id") ON DELETE cascade ON UPDATE cascade;--> statement-breakpoint
ALTER TABLE "voice"."calls" ADD CONSTRAINT "calls_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "voice"."cloudonix_settings" ADD CONSTRAINT "cloudonix_settings_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "voice"."cloudonix_settings" ADD CONSTRAINT "cloudonix_settings_requests_api_key" FOREIGN KEY ("organization_id","requests_api_key_secret_id") REFERENCES "platform"."secrets"("organization_id","id") ON DELETE restrict ON UPDATE cascade;--> statement-breakpoint
ALTER TABLE "voice"."cloudonix_settings" ADD CONSTRAINT "cloudonix_settings_webhook_token" FOREIGN KEY ("organization_id","webhook_token_secret_id") REFERENCES "platform"."secrets"("organization_id","id") ON DELETE restrict ON UPDATE cascade;--> statement-breakpoint
ALTER TABLE "voice"."conference_rooms" ADD CONSTRAINT "conference_rooms_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "voice"."conference_rooms" ADD CONSTRAINT "conference_rooms_pin" FOREIGN KEY ("organization_id","pin_secret_id") REFERENCES "platform"."secrets"("organization_id","id") ON DELETE restrict ON UPDATE cascade;--> statement-breakpoint
ALTER TABLE "voice"."did_numbers" ADD CONSTRAINT "did_numbers_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "voice"."extensions" ADD CONSTRAINT "extensions_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "voice"."inbound_block_rules" ADD CONSTRAINT "inbound_block_rules_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "voice"."ivr_menu_options" ADD CONSTRAINT "ivr_menu_options_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "voice"."ivr_menu_options" ADD CONSTRAINT "ivr_menu_options_menu" FOREIGN KEY ("organization_id","ivr_menu_id") REFERENCES "voice"."ivr_menus"("organization_id","id") ON DELETE cascade ON UPDATE cascade;--> statement-breakpoint
ALTER TABLE "voice"."ivr_menus" ADD CONSTRAINT "ivr_menus_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "voice"."outbound_rules" ADD CONSTRAINT "outbound_rules_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "voice"."plan_versions" ADD CONSTRAINT "plan_versions_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "voice"."ring_group_members" ADD CONSTRAINT "ring_group_members_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "voice"."ring_group_members" ADD CONSTRAINT "ring_group_members_group" FOREIGN KEY ("organization_id","ring_group_id") REFERENCES "voice"."ring_groups"("organization_id","id") ON DELETE cascade ON UPDATE cascade;--> statement-breakpoint
ALTER TABLE "voice"."ring_group_members" ADD CONSTRAINT "ring_group_members_extension" FOREIGN KEY ("organization_id","extension_number") REFERENCES "voice"."extensions"("organization_id","number") ON DELETE no action ON UPDATE cascade;--> statement-breakpoint
ALTER TABLE "voice"."ring_groups" ADD CONSTRAINT "ring_groups_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "voice"."rotation_counters" ADD CONSTRAINT "rotation_counters_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "contact_points_lookup" ON "directory"."contact_points" USING btree ("organization_id","kind","value_normalised");--> statement-breakpoint
CREATE INDEX "api_keys_list" ON "identity"."api_keys" USING btree ("organization_id","created_at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "users_email_key" ON "identity"."users" USING btree (lower("email"));--> statement-breakpoint
CREATE INDEX "audit_events_list" ON "platform"."audit_events" USING btree ("organization_id","at","id");--> statement-breakpoint
CREATE INDEX "audit_events_of_entity" ON "platform"."audit_events" USING btree ("organization_id","entity_type","entity_id");--> statement-breakpoint
CREATE INDEX "idempotency_keys_age" ON "platform"."idempotency_keys" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "secrets_by_key" ON "platform"."secrets" USING btree ("key_id");--> statement-breakpoint
CREATE INDEX "delivery_reports_orphans" ON "sms"."delivery_reports" USING btree ("organization_id","modem_id","reference") WHERE "sms"."delivery_reports"."part_id" is null;--> statement-breakpoint
CREATE INDEX "message_parts_due" ON "sms"."message_parts" USING btree ("organization_id","due_at","id") WHERE "sms"."message_parts"."status" = 'queued' and "sms"."message_parts"."direction" = 'outbound';--> statement-breakpoint
CREATE INDEX "message_parts_unsettled" ON "sms"."message_parts" USING btree ("organization_id","modem_id") WHERE "sms"."message_parts"."status" in ('submitting', 'unknown');--> statement-breakpoint
CREATE INDEX "message_parts_reference" ON "sms"."message_parts" USING btree ("organization_id","modem_id","reference","submitted_at");--> statement-breakpoint
CREATE INDEX "message_parts_sets" ON "sms"."message_parts" USING btree ("organization_id","modem_id","set_key","received_at") WHERE "sms"."message_parts"."set_key" is not null;--> statement-breakpoint
CREATE INDEX "message_parts_waiting" ON "sms"."message_parts" USING btree ("organization_id","received_at") WHERE "sms"."message_parts"."set_id" is not null and "sms"."message_parts"."message_id" is null;--> statement-breakpoint
CREATE INDEX "message_parts_expiring" ON "sms"."message_parts" USING btree ("organization_id","expires_at") WHERE "sms"."message_parts"."status" = 'queued' and "sms"."message_parts"."expires_at" is not null;--> statement-breakpoint
CREATE INDEX "messages_list" ON "sms"."messages" USING btree ("organization_id","created_at","id");--> statement-breakpoint
CREATE INDEX "messages_list_by_direction" ON "sms"."messages" USING btree ("organization_id","direction","created_at","id");--> statement-breakpoint
CREATE INDEX "messages_by_peer" ON "sms"."messages" USING btree ("organization_id","peer","created_at");--> statement-breakpoint
CREATE INDEX "call_detail_records_list" ON "voice"."call_detail_records" USING btree ("organization_id","recorded_at","id");--> statement-breakpoint
CREATE INDEX "call_detail_records_of_call" ON "voice"."call_detail_records" USING btree ("organization_id","call_id");--> statement-breakpoint
CREATE INDEX "call_events_of_call" ON "voice"."call_events" USING btree ("organization_id","call_id","at");--> statement-breakpoint
CREATE INDEX "calls_list" ON "voice"."calls" USING btree ("organization_id","started_at","id");--> statement-breakpoint
CREATE INDEX "calls_live" ON "voice"."calls" USING btree ("organization_id") WHERE "voice"."calls"."ended_at" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "cloudonix_settings_domain_key" ON "voice"."cloudonix_settings" USING btree (lower("domain"));--> statement-breakpoint
CREATE INDEX "ring_group_members_by_extension" ON "voice"."ring_group_members" USING btree ("organization_id","extension_number");