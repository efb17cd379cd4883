import { parsePhoneNumberFromString } from 'libphonenumber-js/min';
import type { OutboundPermission } from '../document/policy.ts';
import { premiumKindOf } from './premium.ts';

/**
 * Why a phone with this permission may not call this number, or undefined when it may. National is the region's own
 * country: +1 is shared by twenty countries, and some of them are what `national` shall keep out.
 */
export function beyondReach(
  permission: OutboundPermission,
  e164: string,
  region: string | undefined,
): string | undefined {
  if (permission === 'all') return undefined;
  if (permission === 'none') return 'it may not call outside';
  const premium = premiumKindOf(e164);
  if (premium !== undefined) return `${e164} is ${premium}, which takes the permission all`;
  if (permission === 'international') return undefined;
  if (region === undefined) return 'it may call national numbers only, and the region of the organization is unknown';
  const country = parsePhoneNumberFromString(e164)?.country;
  return country === region ? undefined : `it may call numbers in ${region} only`;
}
