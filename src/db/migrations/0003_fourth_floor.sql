ALTER TABLE "voice"."conference_participants" ADD COLUMN "speech_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "voice"."conference_participants" ADD COLUMN "speaks_until" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "voice"."conference_rooms" ADD COLUMN "talk_detection" text;