import { spawn } from 'node:child_process';

/** systemd's words (sd_notify(3)); nothing happens where no systemd waits for them. */
export interface Watchdog {
  /** The service answers: units that wait for it may start. */
  ready(): void;
  stop(): void;
}

/**
 * Tells systemd that the event loop still turns, twice as often as it asks for (WATCHDOG_USEC). Node has no datagram
 * sockets of the file system, which its protocol needs, so the words go through `systemd-notify`. A loop that hangs
 * does not get here: systemd then restarts the service.
 */
export function startWatchdog(environment: Readonly<Record<string, string | undefined>>): Watchdog {
  if (environment.NOTIFY_SOCKET === undefined) return { ready: () => {}, stop: () => {} };
  const everyMs = Number(environment.WATCHDOG_USEC ?? 0) / 2_000;
  const timer = everyMs > 0 ? setInterval(() => tell('WATCHDOG=1'), everyMs) : undefined;
  timer?.unref();
  return {
    ready: () => tell('--ready'),
    stop() {
      clearInterval(timer);
      tell('STOPPING=1');
    },
  };
}

function tell(word: string): void {
  // A machine without the tool is not supervised this way; the unit says so (NotifyAccess=all).
  spawn('systemd-notify', [word], { stdio: 'ignore' }).once('error', () => undefined);
}
