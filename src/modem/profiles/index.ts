import { generic } from './generic.ts';
import { huawei } from './huawei.ts';
import type { ModemProfile } from './profile.ts';
import { quectel } from './quectel.ts';
import { siemens } from './siemens.ts';
import { sierra } from './sierra.ts';
import { simcom } from './simcom.ts';
import { telit } from './telit.ts';
import { ublox } from './ublox.ts';
import { zte } from './zte.ts';

export type { Gauge, ModemProfile, PinTries, Quirk } from './profile.ts';

/** Every profile there is; the first that matches counts, `generic` matches nothing and is taken when none does. */
export const PROFILES: readonly ModemProfile[] = [huawei, zte, quectel, simcom, telit, sierra, ublox, siemens, generic];

/**
 * The profile for a modem: the one asked for by name, else the first that knows what the modem says of itself. A name
 * nobody knows is as good as none; the configuration refuses it before.
 */
export function chooseProfile(
  identity: { readonly manufacturer?: string; readonly model?: string },
  wanted?: string,
): ModemProfile {
  const said = `${identity.manufacturer ?? ''} ${identity.model ?? ''}`.trim();
  return (
    PROFILES.find((profile) => profile.name === wanted) ??
    PROFILES.find((profile) => profile.matches?.test(said)) ??
    generic
  );
}
