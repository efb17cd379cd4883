CREATE TYPE "identity"."enrollment_state" AS ENUM('pending', 'approved', 'rejected', 'expired');--> statement-breakpoint
CREATE TYPE "identity"."membership_status" AS ENUM('invited', 'active', 'suspended', 'revoked');--> statement-breakpoint
CREATE TYPE "identity"."permission_scope" AS ENUM('all', 'team', 'own');--> statement-breakpoint
CREATE TYPE "identity"."team_role" AS ENUM('guest', 'developer', 'maintainer', 'owner');--> statement-breakpoint
CREATE TYPE "platform"."email_status" AS ENUM('pending', 'sent', 'failed');--> statement-breakpoint
CREATE TABLE "identity"."attempt_counters" (
	"key" text PRIMARY KEY NOT NULL,
	"count" integer DEFAULT 0 NOT NULL,
	"window_ends_at" timestamp with time zone NOT NULL,
	"locked_until" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "identity"."bootstrap_codes" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid,
	"code_hash" text NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"used_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "bootstrap_codes_code_hash_unique" UNIQUE("code_hash")
);
--> statement-breakpoint
CREATE TABLE "identity"."certificate_authorities" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"certificate" text NOT NULL,
	"key_secret_id" uuid NOT NULL,
	"crl_number" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "certificate_authorities_organization_id_unique" UNIQUE("organization_id")
);
--> statement-breakpoint
CREATE TABLE "identity"."client_certificates" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"serial_number" text NOT NULL,
	"fingerprint" text NOT NULL,
	"subject" text NOT NULL,
	"certificate" text NOT NULL,
	"membership_id" uuid,
	"service_account_id" uuid,
	"bundle_secret_id" uuid,
	"not_before" timestamp with time zone NOT NULL,
	"not_after" timestamp with time zone NOT NULL,
	"revoked_at" timestamp with time zone,
	"revoke_reason" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "client_certificates_fingerprint_unique" UNIQUE("fingerprint")
);
--> statement-breakpoint
CREATE TABLE "identity"."enrollments" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"requested_name" text NOT NULL,
	"phone_e164" text,
	"email" text,
	"approve_code_hash" text NOT NULL,
	"ticket_hash" text NOT NULL,
	"state" "identity"."enrollment_state" DEFAULT 'pending' NOT NULL,
	"decided_by" text,
	"decided_by_id" text,
	"decided_at" timestamp with time zone,
	"reason" text,
	"channel" text,
	"evidence" jsonb,
	"membership_id" uuid,
	"invite_id" uuid,
	"grants" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"csr" text,
	"released_at" timestamp with time zone,
	"collected_at" timestamp with time zone,
	"expires_at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "enrollments_ticket_hash_unique" UNIQUE("ticket_hash"),
	CONSTRAINT "enrollments_tenant_key" UNIQUE("organization_id","id")
);
--> statement-breakpoint
CREATE TABLE "identity"."identity_providers" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"name" text NOT NULL,
	"config" jsonb NOT NULL,
	"secret_id" uuid,
	"is_active" boolean DEFAULT true NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "identity_providers_tenant_key" UNIQUE("organization_id","id")
);
--> statement-breakpoint
CREATE TABLE "identity"."invites" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"name" text NOT NULL,
	"code_hash" text NOT NULL,
	"owner_id" uuid,
	"owner_name" text NOT NULL,
	"is_active" boolean DEFAULT true NOT NULL,
	"is_open" boolean DEFAULT false NOT NULL,
	"expires_at" timestamp with time zone,
	"max_uses" integer,
	"used_count" integer DEFAULT 0 NOT NULL,
	"grants" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"deleted_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "invites_code_hash_unique" UNIQUE("code_hash"),
	CONSTRAINT "invites_tenant_key" UNIQUE("organization_id","id"),
	CONSTRAINT "invites_uses" CHECK ("identity"."invites"."max_uses" is null or "identity"."invites"."used_count" <= "identity"."invites"."max_uses")
);
--> statement-breakpoint
CREATE TABLE "identity"."membership_roles" (
	"organization_id" uuid NOT NULL,
	"membership_id" uuid NOT NULL,
	"role_key" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "membership_roles_pkey" PRIMARY KEY("membership_id","role_key")
);
--> statement-breakpoint
CREATE TABLE "identity"."memberships" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"callsign" text NOT NULL,
	"status" "identity"."membership_status" DEFAULT 'active' NOT NULL,
	"last_seen_at" timestamp with time zone,
	"last_login_at" timestamp with time zone,
	"last_logout_at" timestamp with time zone,
	"revoked_at" timestamp with time zone,
	"revoked_by" text,
	"revoke_reason" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "memberships_tenant_key" UNIQUE("organization_id","id")
);
--> statement-breakpoint
CREATE TABLE "identity"."role_permissions" (
	"organization_id" uuid NOT NULL,
	"role_id" uuid NOT NULL,
	"permission" text NOT NULL,
	"scope" "identity"."permission_scope" DEFAULT 'all' NOT NULL,
	CONSTRAINT "role_permissions_pkey" PRIMARY KEY("role_id","permission")
);
--> statement-breakpoint
CREATE TABLE "identity"."roles" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"key" text NOT NULL,
	"name" text NOT NULL,
	"description" text DEFAULT '' NOT NULL,
	"color" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "roles_tenant_key" UNIQUE("organization_id","id"),
	CONSTRAINT "roles_key_form" CHECK ("identity"."roles"."key" ~ '^[a-z][a-z0-9_]{0,62}$')
);
--> statement-breakpoint
CREATE TABLE "identity"."seen_tokens" (
	"namespace" text NOT NULL,
	"token_hash" text NOT NULL,
	"seen_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"audit_meta" jsonb DEFAULT '{}'::jsonb NOT NULL,
	CONSTRAINT "seen_tokens_pkey" PRIMARY KEY("namespace","token_hash")
);
--> statement-breakpoint
CREATE TABLE "identity"."service_accounts" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"name" text NOT NULL,
	"description" text DEFAULT '' NOT NULL,
	"permissions" text[] DEFAULT '{}' NOT NULL,
	"is_active" boolean DEFAULT true NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "service_accounts_tenant_key" UNIQUE("organization_id","id")
);
--> statement-breakpoint
CREATE TABLE "identity"."sign_in_steps" (
	"id" uuid PRIMARY KEY NOT NULL,
	"token_hash" text NOT NULL,
	"organization_id" uuid,
	"user_id" uuid,
	"kind" text NOT NULL,
	"data" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"used_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "sign_in_steps_token_hash_unique" UNIQUE("token_hash")
);
--> statement-breakpoint
CREATE TABLE "identity"."team_members" (
	"organization_id" uuid NOT NULL,
	"team_id" uuid NOT NULL,
	"membership_id" uuid NOT NULL,
	"role" "identity"."team_role" NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "team_members_pkey" PRIMARY KEY("team_id","membership_id")
);
--> statement-breakpoint
CREATE TABLE "identity"."teams" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"name" text NOT NULL,
	"description" text DEFAULT '' NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "teams_tenant_key" UNIQUE("organization_id","id")
);
--> statement-breakpoint
CREATE TABLE "identity"."user_credentials" (
	"id" uuid PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"subject" text NOT NULL,
	"name" text DEFAULT '' NOT NULL,
	"secret" text,
	"sealed" "bytea",
	"sealed_key_id" text,
	"data" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"confirmed_at" timestamp with time zone,
	"must_change" boolean DEFAULT false NOT NULL,
	"last_used_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "platform"."email_messages" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"purpose" text NOT NULL,
	"to_address" text NOT NULL,
	"subject" text NOT NULL,
	"secret_id" uuid,
	"status" "platform"."email_status" DEFAULT 'pending' NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"next_attempt_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone,
	"last_error" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"sent_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "sms"."broadcasts" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"body" text NOT NULL,
	"status" text NOT NULL,
	"received" integer DEFAULT 0 NOT NULL,
	"accepted" integer DEFAULT 0 NOT NULL,
	"duplicates" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"duplicate_count" integer DEFAULT 0 NOT NULL,
	"refused" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"refused_count" integer DEFAULT 0 NOT NULL,
	"options" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "broadcasts_tenant_key" UNIQUE("organization_id","id")
);
--> statement-breakpoint
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
CREATE TABLE "sms"."quota_usage" (
	"organization_id" uuid NOT NULL,
	"policy_id" uuid NOT NULL,
	"window" text NOT NULL,
	"used" integer NOT NULL,
	CONSTRAINT "quota_usage_pkey" PRIMARY KEY("organization_id","policy_id","window")
);
--> statement-breakpoint
CREATE TABLE "sms"."policies" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"name" text NOT NULL,
	"api_key" text,
	"person" text,
	"quota_limit" integer,
	"quota_unit" text,
	"restrict_to_contacts" boolean DEFAULT false NOT NULL,
	"allowed_prefixes" text[],
	"encoding" text,
	"quiet_from" text,
	"quiet_until" text,
	"timezone" text,
	"unknown_slices" text,
	"partial_after_minutes" integer,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "policies_tenant_key" UNIQUE("organization_id","id"),
	CONSTRAINT "policies_name_key" UNIQUE("organization_id","name"),
	CONSTRAINT "policies_api_key_key" UNIQUE("organization_id","api_key"),
	CONSTRAINT "policies_person_key" UNIQUE("organization_id","person")
);
--> statement-breakpoint
CREATE TABLE "sms"."routes" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"prefix" text NOT NULL,
	"modems" text[] NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "routes_tenant_key" UNIQUE("organization_id","id"),
	CONSTRAINT "routes_prefix_key" UNIQUE("organization_id","prefix")
);
--> statement-breakpoint
CREATE TABLE "sms"."suppressions" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"phone_e164" text NOT NULL,
	"reason" text DEFAULT 'manual' NOT NULL,
	"note" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "suppressions_tenant_key" UNIQUE("organization_id","id"),
	CONSTRAINT "suppressions_number_key" UNIQUE("organization_id","phone_e164")
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
CREATE TABLE "voice"."ai_assistant_states" (
	"organization_id" uuid NOT NULL,
	"assistant" text NOT NULL,
	"active" integer DEFAULT 0 NOT NULL,
	"failures" integer DEFAULT 0 NOT NULL,
	"rest_until" timestamp with time zone,
	CONSTRAINT "ai_assistant_states_pkey" PRIMARY KEY("organization_id","assistant")
);
--> statement-breakpoint
CREATE TABLE "voice"."ai_slots" (
	"organization_id" uuid NOT NULL,
	"assistant" text NOT NULL,
	"call_token" text NOT NULL,
	"taken_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	CONSTRAINT "ai_slots_pkey" PRIMARY KEY("organization_id","call_token","assistant")
);
--> statement-breakpoint
CREATE TABLE "voice"."block_list_changes" (
	"organization_id" uuid NOT NULL,
	"list_id" uuid NOT NULL,
	"version" integer NOT NULL,
	"added" text[] NOT NULL,
	"removed" text[] NOT NULL,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "block_list_changes_pkey" PRIMARY KEY("list_id","version")
);
--> statement-breakpoint
CREATE TABLE "voice"."block_list_entries" (
	"organization_id" uuid NOT NULL,
	"list_id" uuid NOT NULL,
	"entry" text collate "C" NOT NULL,
	CONSTRAINT "block_list_entries_pkey" PRIMARY KEY("list_id","entry")
);
--> statement-breakpoint
CREATE TABLE "voice"."block_lists" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"name" text NOT NULL,
	"action" text NOT NULL,
	"reason" text NOT NULL,
	"say" text,
	"cause" text,
	"torment_seconds" integer,
	"numbers" jsonb,
	"status" text DEFAULT 'active' NOT NULL,
	"version" integer DEFAULT 0 NOT NULL,
	"purged_to" integer DEFAULT 0 NOT NULL,
	"entry_count" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "block_lists_tenant_key" UNIQUE("organization_id","id"),
	CONSTRAINT "block_lists_name_key" UNIQUE("organization_id","name")
);
--> statement-breakpoint
CREATE TABLE "voice"."blocked_calls" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"call_id" uuid NOT NULL,
	"token" text NOT NULL,
	"from_number" text NOT NULL,
	"to_number" text NOT NULL,
	"did" text,
	"match_type" text NOT NULL,
	"pattern" text NOT NULL,
	"list" text,
	"action" text NOT NULL,
	"reason" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "blocked_calls_call_key" UNIQUE("organization_id","call_id")
);
--> statement-breakpoint
CREATE TABLE "voice"."business_hours_overrides" (
	"organization_id" uuid NOT NULL,
	"schedule" text NOT NULL,
	"state" text NOT NULL,
	"until" timestamp with time zone,
	"actor_name" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "business_hours_overrides_pkey" PRIMARY KEY("organization_id","schedule")
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
CREATE TABLE "voice"."conference_participants" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"room" text NOT NULL,
	"call_token" text NOT NULL,
	"from_number" text NOT NULL,
	"joined_at" timestamp with time zone NOT NULL,
	"left_at" timestamp with time zone,
	"is_muted" boolean DEFAULT false NOT NULL,
	"is_on_hold" boolean DEFAULT false NOT NULL,
	CONSTRAINT "conference_participants_tenant_key" UNIQUE("organization_id","id"),
	CONSTRAINT "conference_participants_key" UNIQUE("organization_id","room","call_token","joined_at")
);
--> statement-breakpoint
CREATE TABLE "voice"."conference_seats" (
	"organization_id" uuid NOT NULL,
	"room" text NOT NULL,
	"tokens" jsonb DEFAULT '{}'::jsonb NOT NULL,
	CONSTRAINT "conference_seats_pkey" PRIMARY KEY("organization_id","room")
);
--> statement-breakpoint
CREATE TABLE "voice"."rotation_orders" (
	"organization_id" uuid NOT NULL,
	"key" text NOT NULL,
	"members" text[] NOT NULL,
	CONSTRAINT "rotation_orders_pkey" PRIMARY KEY("organization_id","key")
);
--> statement-breakpoint
CREATE TABLE "voice"."usage_windows" (
	"organization_id" uuid NOT NULL,
	"key" text NOT NULL,
	"count" integer NOT NULL,
	"ends_at" timestamp with time zone NOT NULL,
	CONSTRAINT "usage_windows_pkey" PRIMARY KEY("organization_id","key")
);
--> statement-breakpoint
CREATE TABLE "voice"."custom_logic" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"name" text NOT NULL,
	"status" text DEFAULT 'active' NOT NULL,
	"url" text NOT NULL,
	"secret_secret_id" uuid NOT NULL,
	"timeout_ms" integer NOT NULL,
	"fallback" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "custom_logic_tenant_key" UNIQUE("organization_id","id"),
	CONSTRAINT "custom_logic_name_key" UNIQUE("organization_id","name")
);
--> statement-breakpoint
CREATE TABLE "voice"."media" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"name" text NOT NULL,
	"kind" text NOT NULL,
	"token" text NOT NULL,
	"media_type" text NOT NULL,
	"size_bytes" integer NOT NULL,
	"duration_ms" integer NOT NULL,
	"sha256" text NOT NULL,
	"original_name" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "media_token_unique" UNIQUE("token"),
	CONSTRAINT "media_tenant_key" UNIQUE("organization_id","id"),
	CONSTRAINT "media_name_key" UNIQUE("organization_id","name")
);
--> statement-breakpoint
CREATE TABLE "voice"."media_contents" (
	"organization_id" uuid NOT NULL,
	"media_id" uuid NOT NULL,
	"content" "bytea" NOT NULL,
	CONSTRAINT "media_contents_pkey" PRIMARY KEY("organization_id","media_id")
);
--> statement-breakpoint
CREATE TABLE "voice"."outbound_calls" (
	"organization_id" uuid NOT NULL,
	"token" text NOT NULL,
	"scope" text NOT NULL,
	"weight" integer NOT NULL,
	"day" text NOT NULL,
	"charged_seconds" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "outbound_calls_pkey" PRIMARY KEY("organization_id","token")
);
--> statement-breakpoint
CREATE TABLE "voice"."outbound_usage" (
	"organization_id" uuid NOT NULL,
	"scope" text NOT NULL,
	"minute" timestamp with time zone NOT NULL,
	"minute_calls" integer NOT NULL,
	"hour" timestamp with time zone NOT NULL,
	"hour_calls" integer NOT NULL,
	"day" text NOT NULL,
	"day_calls" integer NOT NULL,
	"day_seconds" integer NOT NULL,
	"day_cost" integer NOT NULL,
	CONSTRAINT "outbound_usage_pkey" PRIMARY KEY("organization_id","scope")
);
--> statement-breakpoint
CREATE TABLE "voice"."voice_policies" (
	"organization_id" uuid PRIMARY KEY NOT NULL,
	"policy" jsonb NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "voice"."plan_drafts" (
	"organization_id" uuid PRIMARY KEY NOT NULL,
	"key_id" text NOT NULL,
	"sealed_file" "bytea" NOT NULL,
	"base_version" integer,
	"actor_name" text NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "voice"."voicemail_boxes" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"number" text NOT NULL,
	"name" text,
	"status" text DEFAULT 'active' NOT NULL,
	"pin_secret_id" uuid,
	"greeting" jsonb,
	"max_message_seconds" integer NOT NULL,
	"silence_seconds" integer NOT NULL,
	"finish_on_key" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "voicemail_boxes_tenant_key" UNIQUE("organization_id","id"),
	CONSTRAINT "voicemail_boxes_number_key" UNIQUE("organization_id","number")
);
--> statement-breakpoint
CREATE TABLE "voice"."voicemail_messages" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"box" text NOT NULL,
	"message_key" text NOT NULL,
	"call_token" text NOT NULL,
	"from_number" text NOT NULL,
	"caller_name" text,
	"recording_url" text NOT NULL,
	"duration_seconds" integer,
	"received_at" timestamp with time zone NOT NULL,
	"read_at" timestamp with time zone,
	"deleted_at" timestamp with time zone,
	CONSTRAINT "voicemail_messages_tenant_key" UNIQUE("organization_id","id"),
	CONSTRAINT "voicemail_messages_key" UNIQUE("organization_id","message_key")
);
--> statement-breakpoint
DROP INDEX "sms"."message_parts_due";--> statement-breakpoint
DROP INDEX "identity"."users_email_key";--> statement-breakpoint
DROP INDEX "sms"."message_parts_reference";--> statement-breakpoint
ALTER TABLE "identity"."api_keys" ADD COLUMN "scopes" text[];--> statement-breakpoint
ALTER TABLE "identity"."api_keys" ADD COLUMN "allowed_addresses" text[];--> statement-breakpoint
ALTER TABLE "identity"."api_keys" ADD COLUMN "service_account_id" uuid;--> statement-breakpoint
ALTER TABLE "identity"."api_keys" ADD COLUMN "membership_id" uuid;--> statement-breakpoint
ALTER TABLE "identity"."api_keys" ADD COLUMN "last_used_ip" text;--> statement-breakpoint
ALTER TABLE "identity"."login_codes" ADD COLUMN "purpose" text DEFAULT 'link' NOT NULL;--> statement-breakpoint
ALTER TABLE "identity"."login_codes" ADD COLUMN "user_id" uuid;--> statement-breakpoint
ALTER TABLE "identity"."login_codes" ADD COLUMN "claims" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "identity"."login_codes" ADD COLUMN "channel" text DEFAULT 'link' NOT NULL;--> statement-breakpoint
ALTER TABLE "identity"."login_codes" ADD COLUMN "attempts" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "identity"."login_codes" ADD COLUMN "audit_meta" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "identity"."sessions" ADD COLUMN "method" text DEFAULT 'link' NOT NULL;--> statement-breakpoint
ALTER TABLE "identity"."sessions" ADD COLUMN "ip" text;--> statement-breakpoint
ALTER TABLE "identity"."sessions" ADD COLUMN "user_agent" text;--> statement-breakpoint
ALTER TABLE "identity"."sessions" ADD COLUMN "last_seen_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "identity"."sessions" ADD COLUMN "home_organization_id" uuid;--> statement-breakpoint
ALTER TABLE "identity"."sessions" ADD COLUMN "operate_reason" text;--> statement-breakpoint
ALTER TABLE "identity"."users" ADD COLUMN "phone_e164" text;--> statement-breakpoint
ALTER TABLE "identity"."users" ADD COLUMN "locale" text;--> statement-breakpoint
ALTER TABLE "identity"."users" ADD COLUMN "deleted_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "platform"."audit_events" ADD COLUMN "error_code" text;--> statement-breakpoint
ALTER TABLE "platform"."audit_events" ADD COLUMN "meta" jsonb;--> statement-breakpoint
ALTER TABLE "sms"."message_parts" ADD COLUMN "lane" smallint DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "sms"."message_parts" ADD COLUMN "candidate_modem_ids" uuid[];--> statement-breakpoint
ALTER TABLE "sms"."message_parts" ADD COLUMN "settle_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "sms"."messages" ADD COLUMN "message_class" smallint;--> statement-breakpoint
ALTER TABLE "sms"."messages" ADD COLUMN "priority" text DEFAULT 'normal' NOT NULL;--> statement-breakpoint
ALTER TABLE "sms"."messages" ADD COLUMN "retry" jsonb;--> statement-breakpoint
ALTER TABLE "sms"."messages" ADD COLUMN "sender_id" text;--> statement-breakpoint
ALTER TABLE "sms"."messages" ADD COLUMN "quota_charges" text[];--> statement-breakpoint
ALTER TABLE "sms"."messages" ADD COLUMN "broadcast_id" uuid;--> statement-breakpoint
ALTER TABLE "sms"."messages" ADD COLUMN "resend_of" uuid;--> statement-breakpoint
ALTER TABLE "sms"."modems" ADD COLUMN "profile" text;--> statement-breakpoint
ALTER TABLE "sms"."modems" ADD COLUMN "balance" jsonb;--> statement-breakpoint
ALTER TABLE "sms"."modems" ADD COLUMN "region" text;--> statement-breakpoint
ALTER TABLE "sms"."modems" ADD COLUMN "weight" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "sms"."modems" ADD COLUMN "max_per_minute" integer;--> statement-breakpoint
ALTER TABLE "sms"."modems" ADD COLUMN "max_per_hour" integer;--> statement-breakpoint
ALTER TABLE "sms"."modems" ADD COLUMN "max_per_day" integer;--> statement-breakpoint
ALTER TABLE "sms"."modems" ADD COLUMN "max_recipients_per_day" integer;--> statement-breakpoint
ALTER TABLE "sms"."modems" ADD COLUMN "jitter_seconds" integer;--> statement-breakpoint
ALTER TABLE "sms"."sim_cards" ADD COLUMN "balance" double precision;--> statement-breakpoint
ALTER TABLE "sms"."sim_cards" ADD COLUMN "balance_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "voice"."ai_assistants" ADD COLUMN "parameters" jsonb;--> statement-breakpoint
ALTER TABLE "voice"."ai_assistants" ADD COLUMN "max_call_duration_seconds" integer;--> statement-breakpoint
ALTER TABLE "voice"."ai_assistants" ADD COLUMN "fallback" text;--> statement-breakpoint
ALTER TABLE "voice"."ai_load_balancers" ADD COLUMN "rest_after_failures" integer DEFAULT 3 NOT NULL;--> statement-breakpoint
ALTER TABLE "voice"."ai_load_balancers" ADD COLUMN "rest_seconds" integer DEFAULT 60 NOT NULL;--> statement-breakpoint
ALTER TABLE "voice"."business_hours" ADD COLUMN "status" text DEFAULT 'active' NOT NULL;--> statement-breakpoint
ALTER TABLE "voice"."calls" ADD COLUMN "did" text;--> statement-breakpoint
ALTER TABLE "voice"."calls" ADD COLUMN "extension" text;--> statement-breakpoint
ALTER TABLE "voice"."calls" ADD COLUMN "place" text;--> statement-breakpoint
ALTER TABLE "voice"."calls" ADD COLUMN "assistant" text;--> statement-breakpoint
ALTER TABLE "voice"."calls" ADD COLUMN "ledger" jsonb;--> statement-breakpoint
ALTER TABLE "voice"."conference_rooms" ADD COLUMN "host_pin_secret_id" uuid;--> statement-breakpoint
ALTER TABLE "voice"."conference_rooms" ADD COLUMN "wait_for_host" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "voice"."conference_rooms" ADD COLUMN "end_when_host_leaves" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "voice"."conference_rooms" ADD COLUMN "hold_music" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "voice"."conference_rooms" ADD COLUMN "record" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "voice"."did_numbers" ADD COLUMN "caller_name_prefix" text;--> statement-breakpoint
ALTER TABLE "voice"."extensions" ADD COLUMN "user_name" text;--> statement-breakpoint
ALTER TABLE "voice"."extensions" ADD COLUMN "do_not_disturb" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "voice"."extensions" ADD COLUMN "ring_timeout_seconds" integer;--> statement-breakpoint
ALTER TABLE "voice"."extensions" ADD COLUMN "on_busy" text;--> statement-breakpoint
ALTER TABLE "voice"."extensions" ADD COLUMN "on_no_answer" text;--> statement-breakpoint
ALTER TABLE "voice"."extensions" ADD COLUMN "on_offline" text;--> statement-breakpoint
ALTER TABLE "voice"."extensions" ADD COLUMN "outbound" text;--> statement-breakpoint
ALTER TABLE "voice"."extensions" ADD COLUMN "outbound_limits" jsonb;--> statement-breakpoint
ALTER TABLE "voice"."extensions" ADD COLUMN "recording" text;--> statement-breakpoint
ALTER TABLE "voice"."inbound_block_rules" ADD COLUMN "say" text;--> statement-breakpoint
ALTER TABLE "voice"."inbound_block_rules" ADD COLUMN "cause" text;--> statement-breakpoint
ALTER TABLE "voice"."inbound_block_rules" ADD COLUMN "torment_seconds" integer;--> statement-breakpoint
ALTER TABLE "voice"."inbound_block_rules" ADD COLUMN "numbers" jsonb;--> statement-breakpoint
ALTER TABLE "voice"."inbound_block_rules" ADD COLUMN "expires_at" text;--> statement-breakpoint
ALTER TABLE "voice"."ivr_menu_options" ADD COLUMN "phrases" jsonb;--> statement-breakpoint
ALTER TABLE "voice"."ivr_menus" ADD COLUMN "invalid_prompt" jsonb;--> statement-breakpoint
ALTER TABLE "voice"."ivr_menus" ADD COLUMN "no_input_prompt" jsonb;--> statement-breakpoint
ALTER TABLE "voice"."ivr_menus" ADD COLUMN "speech" jsonb;--> statement-breakpoint
ALTER TABLE "voice"."outbound_rules" ADD COLUMN "caller_id" text;--> statement-breakpoint
ALTER TABLE "voice"."outbound_rules" ADD COLUMN "cost_weight" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "voice"."plan_versions" ADD COLUMN "origin" text;--> statement-breakpoint
ALTER TABLE "voice"."plan_versions" ADD COLUMN "restored_version" integer;--> statement-breakpoint
ALTER TABLE "voice"."plan_versions" ADD COLUMN "note" text;--> statement-breakpoint
ALTER TABLE "voice"."ring_groups" ADD COLUMN "weights" jsonb;--> statement-breakpoint
ALTER TABLE "identity"."bootstrap_codes" ADD CONSTRAINT "bootstrap_codes_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "identity"."certificate_authorities" ADD CONSTRAINT "certificate_authorities_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "identity"."client_certificates" ADD CONSTRAINT "client_certificates_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "identity"."client_certificates" ADD CONSTRAINT "client_certificates_membership" FOREIGN KEY ("organization_id","membership_id") REFERENCES "identity"."memberships"("organization_id","id") ON DELETE cascade ON UPDATE cascade;--> statement-breakpoint
ALTER TABLE "identity"."client_certificates" ADD CONSTRAINT "client_certificates_service_account" FOREIGN KEY ("organization_id","service_account_id") REFERENCES "identity"."service_accounts"("organization_id","id") ON DELETE cascade ON UPDATE cascade;--> statement-breakpoint
ALTER TABLE "identity"."enrollments" ADD CONSTRAINT "enrollments_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "identity"."enrollments" ADD CONSTRAINT "enrollments_membership" FOREIGN KEY ("organization_id","membership_id") REFERENCES "identity"."memberships"("organization_id","id") ON DELETE no action ON UPDATE cascade;--> statement-breakpoint
ALTER TABLE "identity"."enrollments" ADD CONSTRAINT "enrollments_invite" FOREIGN KEY ("organization_id","invite_id") REFERENCES "identity"."invites"("organization_id","id") ON DELETE no action ON UPDATE cascade;--> statement-breakpoint
ALTER TABLE "identity"."identity_providers" ADD CONSTRAINT "identity_providers_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "identity"."invites" ADD CONSTRAINT "invites_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "identity"."membership_roles" ADD CONSTRAINT "membership_roles_membership" FOREIGN KEY ("organization_id","membership_id") REFERENCES "identity"."memberships"("organization_id","id") ON DELETE cascade ON UPDATE cascade;--> statement-breakpoint
ALTER TABLE "identity"."memberships" ADD CONSTRAINT "memberships_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "identity"."memberships" ADD CONSTRAINT "memberships_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "identity"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "identity"."role_permissions" ADD CONSTRAINT "role_permissions_role" FOREIGN KEY ("organization_id","role_id") REFERENCES "identity"."roles"("organization_id","id") ON DELETE cascade ON UPDATE cascade;--> statement-breakpoint
ALTER TABLE "identity"."roles" ADD CONSTRAINT "roles_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "identity"."service_accounts" ADD CONSTRAINT "service_accounts_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "identity"."sign_in_steps" ADD CONSTRAINT "sign_in_steps_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "identity"."sign_in_steps" ADD CONSTRAINT "sign_in_steps_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "identity"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "identity"."team_members" ADD CONSTRAINT "team_members_team" FOREIGN KEY ("organization_id","team_id") REFERENCES "identity"."teams"("organization_id","id") ON DELETE cascade ON UPDATE cascade;--> statement-breakpoint
ALTER TABLE "identity"."team_members" ADD CONSTRAINT "team_members_membership" FOREIGN KEY ("organization_id","membership_id") REFERENCES "identity"."memberships"("organization_id","id") ON DELETE cascade ON UPDATE cascade;--> statement-breakpoint
ALTER TABLE "identity"."teams" ADD CONSTRAINT "teams_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "identity"."user_credentials" ADD CONSTRAINT "user_credentials_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "identity"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "platform"."email_messages" ADD CONSTRAINT "email_messages_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "platform"."email_messages" ADD CONSTRAINT "email_messages_text" FOREIGN KEY ("organization_id","secret_id") REFERENCES "platform"."secrets"("organization_id","id") ON DELETE restrict ON UPDATE cascade;--> statement-breakpoint
ALTER TABLE "sms"."broadcasts" ADD CONSTRAINT "broadcasts_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sms"."modem_events" ADD CONSTRAINT "modem_events_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sms"."modem_events" ADD CONSTRAINT "modem_events_modem" FOREIGN KEY ("organization_id","modem_id") REFERENCES "sms"."modems"("organization_id","id") ON DELETE cascade ON UPDATE cascade;--> statement-breakpoint
ALTER TABLE "sms"."modem_samples" ADD CONSTRAINT "modem_samples_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sms"."modem_samples" ADD CONSTRAINT "modem_samples_modem" FOREIGN KEY ("organization_id","modem_id") REFERENCES "sms"."modems"("organization_id","id") ON DELETE cascade ON UPDATE cascade;--> statement-breakpoint
ALTER TABLE "sms"."modem_traces" ADD CONSTRAINT "modem_traces_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sms"."modem_traces" ADD CONSTRAINT "modem_traces_modem" FOREIGN KEY ("organization_id","modem_id") REFERENCES "sms"."modems"("organization_id","id") ON DELETE cascade ON UPDATE cascade;--> statement-breakpoint
ALTER TABLE "sms"."quota_usage" ADD CONSTRAINT "quota_usage_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sms"."quota_usage" ADD CONSTRAINT "quota_usage_policy" FOREIGN KEY ("organization_id","policy_id") REFERENCES "sms"."policies"("organization_id","id") ON DELETE cascade ON UPDATE cascade;--> statement-breakpoint
ALTER TABLE "sms"."policies" ADD CONSTRAINT "policies_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sms"."routes" ADD CONSTRAINT "routes_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sms"."suppressions" ADD CONSTRAINT "suppressions_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sms"."ussd_sessions" ADD CONSTRAINT "ussd_sessions_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sms"."ussd_sessions" ADD CONSTRAINT "ussd_sessions_modem" FOREIGN KEY ("organization_id","modem_id") REFERENCES "sms"."modems"("organization_id","id") ON DELETE cascade ON UPDATE cascade;--> statement-breakpoint
ALTER TABLE "voice"."ai_assistant_states" ADD CONSTRAINT "ai_assistant_states_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "voice"."ai_assistant_states" ADD CONSTRAINT "ai_assistant_states_assistant" FOREIGN KEY ("organization_id","assistant") REFERENCES "voice"."ai_assistants"("organization_id","name") ON DELETE cascade ON UPDATE cascade;--> statement-breakpoint
ALTER TABLE "voice"."ai_slots" ADD CONSTRAINT "ai_slots_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "voice"."ai_slots" ADD CONSTRAINT "ai_slots_assistant" FOREIGN KEY ("organization_id","assistant") REFERENCES "voice"."ai_assistant_states"("organization_id","assistant") ON DELETE cascade ON UPDATE cascade;--> statement-breakpoint
ALTER TABLE "voice"."block_list_changes" ADD CONSTRAINT "block_list_changes_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "voice"."block_list_changes" ADD CONSTRAINT "block_list_changes_list" FOREIGN KEY ("organization_id","list_id") REFERENCES "voice"."block_lists"("organization_id","id") ON DELETE cascade ON UPDATE cascade;--> statement-breakpoint
ALTER TABLE "voice"."block_list_entries" ADD CONSTRAINT "block_list_entries_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "voice"."block_list_entries" ADD CONSTRAINT "block_list_entries_list" FOREIGN KEY ("organization_id","list_id") REFERENCES "voice"."block_lists"("organization_id","id") ON DELETE cascade ON UPDATE cascade;--> statement-breakpoint
ALTER TABLE "voice"."block_lists" ADD CONSTRAINT "block_lists_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "voice"."blocked_calls" ADD CONSTRAINT "blocked_calls_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "voice"."blocked_calls" ADD CONSTRAINT "blocked_calls_call" FOREIGN KEY ("organization_id","call_id") REFERENCES "voice"."calls"("organization_id","id") ON DELETE cascade ON UPDATE cascade;--> statement-breakpoint
ALTER TABLE "voice"."business_hours_overrides" ADD CONSTRAINT "business_hours_overrides_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "voice"."business_hours_overrides" ADD CONSTRAINT "business_hours_overrides_schedule" FOREIGN KEY ("organization_id","schedule") REFERENCES "voice"."business_hours"("organization_id","name") ON DELETE cascade ON UPDATE cascade;--> statement-breakpoint
ALTER TABLE "voice"."cloudonix_subscribers" ADD CONSTRAINT "cloudonix_subscribers_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "voice"."cloudonix_subscribers" ADD CONSTRAINT "cloudonix_subscribers_password" FOREIGN KEY ("organization_id","password_secret_id") REFERENCES "platform"."secrets"("organization_id","id") ON DELETE restrict ON UPDATE cascade;--> statement-breakpoint
ALTER TABLE "voice"."conference_participants" ADD CONSTRAINT "conference_participants_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "voice"."conference_seats" ADD CONSTRAINT "conference_seats_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "voice"."rotation_orders" ADD CONSTRAINT "rotation_orders_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "voice"."usage_windows" ADD CONSTRAINT "usage_windows_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "voice"."custom_logic" ADD CONSTRAINT "custom_logic_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "voice"."custom_logic" ADD CONSTRAINT "custom_logic_secret" FOREIGN KEY ("organization_id","secret_secret_id") REFERENCES "platform"."secrets"("organization_id","id") ON DELETE restrict ON UPDATE cascade;--> statement-breakpoint
ALTER TABLE "voice"."media" ADD CONSTRAINT "media_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "voice"."media_contents" ADD CONSTRAINT "media_contents_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "voice"."media_contents" ADD CONSTRAINT "media_contents_media" FOREIGN KEY ("organization_id","media_id") REFERENCES "voice"."media"("organization_id","id") ON DELETE cascade ON UPDATE cascade;--> statement-breakpoint
ALTER TABLE "voice"."outbound_calls" ADD CONSTRAINT "outbound_calls_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "voice"."outbound_usage" ADD CONSTRAINT "outbound_usage_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "voice"."voice_policies" ADD CONSTRAINT "voice_policies_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "voice"."plan_drafts" ADD CONSTRAINT "plan_drafts_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "voice"."voicemail_boxes" ADD CONSTRAINT "voicemail_boxes_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "voice"."voicemail_boxes" ADD CONSTRAINT "voicemail_boxes_pin" FOREIGN KEY ("organization_id","pin_secret_id") REFERENCES "platform"."secrets"("organization_id","id") ON DELETE restrict ON UPDATE cascade;--> statement-breakpoint
ALTER TABLE "voice"."voicemail_messages" ADD CONSTRAINT "voicemail_messages_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "attempt_counters_age" ON "identity"."attempt_counters" USING btree ("window_ends_at");--> statement-breakpoint
CREATE UNIQUE INDEX "client_certificates_serial_key" ON "identity"."client_certificates" USING btree ("organization_id","serial_number");--> statement-breakpoint
CREATE INDEX "client_certificates_list" ON "identity"."client_certificates" USING btree ("organization_id","created_at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "enrollments_live_name_key" ON "identity"."enrollments" USING btree ("organization_id",lower("requested_name")) WHERE "identity"."enrollments"."state" in ('pending', 'approved') and "identity"."enrollments"."released_at" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "enrollments_code_key" ON "identity"."enrollments" USING btree ("organization_id","approve_code_hash") WHERE "identity"."enrollments"."state" = 'pending';--> statement-breakpoint
CREATE INDEX "enrollments_list" ON "identity"."enrollments" USING btree ("organization_id","created_at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "identity_providers_name_key" ON "identity"."identity_providers" USING btree ("organization_id",lower("name"));--> statement-breakpoint
CREATE INDEX "invites_list" ON "identity"."invites" USING btree ("organization_id","created_at","id");--> statement-breakpoint
CREATE INDEX "membership_roles_of_role" ON "identity"."membership_roles" USING btree ("organization_id","role_key");--> statement-breakpoint
CREATE UNIQUE INDEX "memberships_user_key" ON "identity"."memberships" USING btree ("organization_id","user_id");--> statement-breakpoint
CREATE UNIQUE INDEX "memberships_callsign_key" ON "identity"."memberships" USING btree ("organization_id",lower("callsign")) WHERE "identity"."memberships"."status" <> 'revoked';--> statement-breakpoint
CREATE INDEX "memberships_list" ON "identity"."memberships" USING btree ("organization_id","created_at","id");--> statement-breakpoint
CREATE INDEX "memberships_of_user" ON "identity"."memberships" USING btree ("user_id");--> statement-breakpoint
CREATE UNIQUE INDEX "roles_key_key" ON "identity"."roles" USING btree ("organization_id","key");--> statement-breakpoint
CREATE INDEX "seen_tokens_age" ON "identity"."seen_tokens" USING btree ("expires_at");--> statement-breakpoint
CREATE UNIQUE INDEX "service_accounts_name_key" ON "identity"."service_accounts" USING btree ("organization_id",lower("name"));--> statement-breakpoint
CREATE INDEX "sign_in_steps_age" ON "identity"."sign_in_steps" USING btree ("expires_at");--> statement-breakpoint
CREATE UNIQUE INDEX "team_members_one_owner" ON "identity"."team_members" USING btree ("team_id") WHERE "identity"."team_members"."role" = 'owner';--> statement-breakpoint
CREATE INDEX "team_members_of_membership" ON "identity"."team_members" USING btree ("organization_id","membership_id");--> statement-breakpoint
CREATE UNIQUE INDEX "teams_name_key" ON "identity"."teams" USING btree ("organization_id",lower("name"));--> statement-breakpoint
CREATE UNIQUE INDEX "user_credentials_subject_key" ON "identity"."user_credentials" USING btree ("kind","subject");--> statement-breakpoint
CREATE INDEX "user_credentials_of_user" ON "identity"."user_credentials" USING btree ("user_id","kind");--> statement-breakpoint
CREATE INDEX "email_messages_list" ON "platform"."email_messages" USING btree ("organization_id","created_at","id");--> statement-breakpoint
CREATE INDEX "email_messages_due" ON "platform"."email_messages" USING btree ("next_attempt_at") WHERE "platform"."email_messages"."status" = 'pending';--> statement-breakpoint
CREATE INDEX "broadcasts_list" ON "sms"."broadcasts" USING btree ("organization_id","created_at","id");--> statement-breakpoint
CREATE INDEX "modem_events_by_time" ON "sms"."modem_events" USING btree ("organization_id","modem_id","at");--> statement-breakpoint
CREATE INDEX "modem_samples_by_time" ON "sms"."modem_samples" USING btree ("organization_id","modem_id","at");--> statement-breakpoint
CREATE INDEX "modem_traces_open" ON "sms"."modem_traces" USING btree ("modem_id") WHERE "sms"."modem_traces"."status" <> 'done';--> statement-breakpoint
CREATE UNIQUE INDEX "policies_organization_key" ON "sms"."policies" USING btree ("organization_id") WHERE "sms"."policies"."api_key" is null and "sms"."policies"."person" is null;--> statement-breakpoint
CREATE INDEX "ussd_sessions_list" ON "sms"."ussd_sessions" USING btree ("organization_id","modem_id","created_at");--> statement-breakpoint
CREATE INDEX "ussd_sessions_open" ON "sms"."ussd_sessions" USING btree ("modem_id") WHERE "sms"."ussd_sessions"."status" in ('queued', 'running', 'waiting');--> statement-breakpoint
CREATE INDEX "ai_slots_expiry" ON "voice"."ai_slots" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "block_list_changes_age" ON "voice"."block_list_changes" USING btree ("at");--> statement-breakpoint
CREATE INDEX "blocked_calls_list" ON "voice"."blocked_calls" USING btree ("organization_id","at","id");--> statement-breakpoint
CREATE INDEX "conference_participants_list" ON "voice"."conference_participants" USING btree ("organization_id","joined_at","id");--> statement-breakpoint
CREATE INDEX "conference_participants_present" ON "voice"."conference_participants" USING btree ("organization_id","call_token") WHERE "voice"."conference_participants"."left_at" is null;--> statement-breakpoint
CREATE INDEX "usage_windows_ended" ON "voice"."usage_windows" USING btree ("ends_at");--> statement-breakpoint
CREATE INDEX "outbound_calls_by_age" ON "voice"."outbound_calls" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "voicemail_messages_list" ON "voice"."voicemail_messages" USING btree ("organization_id","box","received_at","id") WHERE "voice"."voicemail_messages"."deleted_at" is null;--> statement-breakpoint
ALTER TABLE "identity"."api_keys" ADD CONSTRAINT "api_keys_service_account" FOREIGN KEY ("organization_id","service_account_id") REFERENCES "identity"."service_accounts"("organization_id","id") ON DELETE cascade ON UPDATE cascade;--> statement-breakpoint
ALTER TABLE "identity"."api_keys" ADD CONSTRAINT "api_keys_membership" FOREIGN KEY ("organization_id","membership_id") REFERENCES "identity"."memberships"("organization_id","id") ON DELETE cascade ON UPDATE cascade;--> statement-breakpoint
ALTER TABLE "identity"."login_codes" ADD CONSTRAINT "login_codes_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "identity"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "identity"."sessions" ADD CONSTRAINT "sessions_home_organization_id_organizations_id_fk" FOREIGN KEY ("home_organization_id") REFERENCES "identity"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "voice"."conference_rooms" ADD CONSTRAINT "conference_rooms_host_pin" FOREIGN KEY ("organization_id","host_pin_secret_id") REFERENCES "platform"."secrets"("organization_id","id") ON DELETE restrict ON UPDATE cascade;--> statement-breakpoint
CREATE INDEX "login_codes_list" ON "identity"."login_codes" USING btree ("organization_id","created_at");--> statement-breakpoint
CREATE INDEX "sessions_of_user" ON "identity"."sessions" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "sessions_list" ON "identity"."sessions" USING btree ("organization_id","created_at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "users_phone_key" ON "identity"."users" USING btree ("phone_e164") WHERE "identity"."users"."deleted_at" is null;--> statement-breakpoint
CREATE INDEX "audit_events_of_actor" ON "platform"."audit_events" USING btree ("organization_id","actor_id","at");--> statement-breakpoint
CREATE INDEX "message_parts_lanes" ON "sms"."message_parts" USING btree ("organization_id","modem_id","lane","due_at","id") WHERE "sms"."message_parts"."status" = 'queued' and "sms"."message_parts"."direction" = 'outbound';--> statement-breakpoint
CREATE INDEX "message_parts_submitted" ON "sms"."message_parts" USING btree ("organization_id","modem_id","submitted_at") WHERE "sms"."message_parts"."submitted_at" is not null;--> statement-breakpoint
CREATE INDEX "message_parts_settling" ON "sms"."message_parts" USING btree ("settle_at") WHERE "sms"."message_parts"."status" = 'unknown' and "sms"."message_parts"."settle_at" is not null;--> statement-breakpoint
CREATE INDEX "messages_of_broadcast" ON "sms"."messages" USING btree ("organization_id","broadcast_id","status") WHERE "sms"."messages"."broadcast_id" is not null;--> statement-breakpoint
CREATE INDEX "call_detail_records_from" ON "voice"."call_detail_records" USING btree ("organization_id","from_number","recorded_at");--> statement-breakpoint
CREATE INDEX "call_detail_records_to" ON "voice"."call_detail_records" USING btree ("organization_id","to_number","recorded_at");--> statement-breakpoint
CREATE INDEX "call_detail_records_token" ON "voice"."call_detail_records" USING btree ("organization_id","token");--> statement-breakpoint
CREATE INDEX "calls_from" ON "voice"."calls" USING btree ("organization_id","from_number","started_at","id");--> statement-breakpoint
CREATE INDEX "calls_to" ON "voice"."calls" USING btree ("organization_id","to_number","started_at","id");--> statement-breakpoint
CREATE INDEX "calls_did" ON "voice"."calls" USING btree ("organization_id","did","started_at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "users_email_key" ON "identity"."users" USING btree (lower("email")) WHERE "identity"."users"."deleted_at" is null;--> statement-breakpoint
CREATE INDEX "message_parts_reference" ON "sms"."message_parts" USING btree ("organization_id","modem_id","reference","submitted_at") WHERE "sms"."message_parts"."reference" is not null;--> statement-breakpoint
ALTER TABLE "identity"."users" ADD CONSTRAINT "users_phone_form" CHECK ("identity"."users"."phone_e164" ~ '^\+[1-9][0-9]{6,14}$');