import { z } from 'zod';
import { wholeNumber } from './common.ts';

/*
 * What calls may cost and how they are kept, in the parts that an extension can have differently from its organization.
 */

/**
 * How far a phone may call: nowhere outside, within the organization's own country code, anywhere but premium-rate and
 * satellite numbers, or anywhere. The whitelist has to agree in any case, and emergency numbers are free of all of it.
 */
const OUTBOUND_PERMISSIONS = ['none', 'national', 'international', 'all'] as const;

export type OutboundPermission = (typeof OUTBOUND_PERMISSIONS)[number];

export const outboundPermissionSchema = z.enum(OUTBOUND_PERMISSIONS, `use ${OUTBOUND_PERMISSIONS.join(', ')}`);

/** What is kept of calls: by the direction in which they reach or leave the organization. */
const RECORDING_MODES = ['none', 'inbound', 'outbound', 'inbound_outbound', 'internal', 'all'] as const;

export type RecordingMode = (typeof RECORDING_MODES)[number];

export const recordingModeSchema = z.enum(RECORDING_MODES, `use ${RECORDING_MODES.join(', ')}`);

/** Most of something within a time; absent means unlimited. */
export const usageLimitsSchema = z.strictObject({
  callsPerMinute: wholeNumber(1, 100_000).optional(),
  callsPerHour: wholeNumber(1, 1_000_000).optional(),
  callsPerDay: wholeNumber(1, 10_000_000).optional(),
  minutesPerDay: wholeNumber(1, 10_000_000).optional(),
  /** In cost units: the whitelist entry's costWeight times the started minutes. */
  costPerDay: wholeNumber(1, 1_000_000_000).optional(),
});

export type UsageLimits = Readonly<z.output<typeof usageLimitsSchema>>;
