import { action } from './at/command.ts';
import { RESYNC_AT_START } from './at/resync.ts';
import type { Channel } from './channel.ts';
import type { PortRemedy } from './life.ts';
import type { ModemProfile } from './profiles/index.ts';
import { pause, type Timers } from './time.ts';

/** Off long enough for the network to let go of the modem. */
const RADIO_OFF_MS = 5_000;
/** What a restarting modem needs at least before it is worth asking; USB modems take their port away meanwhile. */
const RESTART_MS = 8_000;

/**
 * Tries to mend a modem over its own port. What it answers is not looked at: whether it
 * helped shows in the set-up that follows.
 */
export async function applyRemedy(
  channel: Channel,
  remedy: PortRemedy,
  profile: ModemProfile | undefined,
  timers: Timers,
): Promise<void> {
  await channel.resync(RESYNC_AT_START);
  switch (remedy) {
    case 'soft':
      await channel.execute(action('ATZ'));
      return;
    case 'radio':
      await channel.execute(action(profile?.radioOff?.value ?? 'AT+CFUN=4'));
      await pause(timers, RADIO_OFF_MS);
      await channel.execute(action('AT+CFUN=1'));
      await channel.execute(action('AT+COPS=0'));
      return;
    case 'restart':
      await channel.execute(action(profile?.restart?.value ?? 'AT+CFUN=1,1'));
      await pause(timers, RESTART_MS);
      return;
  }
}
