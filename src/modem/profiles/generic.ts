import type { ModemProfile } from './profile.ts';

/** A modem that keeps to 3GPP TS 27.005 and 27.007, or one nobody knows. */
export const generic: ModemProfile = {
  name: 'generic',
  // 3GPP release 12 modems tell neither temperature nor a calibrated voltage; AT+CBC is the nearest there is.
  voltage: { command: 'AT+CBC', prefix: '+CBC:', field: 2, scale: 0.001 },
};
