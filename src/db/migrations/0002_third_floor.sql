ALTER TABLE "voice"."ai_slots" DROP CONSTRAINT "ai_slots_organization_id_organizations_id_fk";
--> statement-breakpoint
ALTER TABLE "voice"."blocked_calls" DROP CONSTRAINT "blocked_calls_organization_id_organizations_id_fk";
--> statement-breakpoint
ALTER TABLE "voice"."call_detail_records" DROP CONSTRAINT "call_detail_records_organization_id_organizations_id_fk";
--> statement-breakpoint
ALTER TABLE "voice"."call_events" DROP CONSTRAINT "call_events_organization_id_organizations_id_fk";
--> statement-breakpoint
ALTER TABLE "sms"."messages" ADD COLUMN "text_options" jsonb;--> statement-breakpoint
ALTER TABLE "sms"."modems" ADD COLUMN "flow_control" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "sms"."policies" ADD COLUMN "reference_bits" smallint;