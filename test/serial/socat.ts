import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Why the serial tests cannot run here, or undefined when they can. */
export function whySkipped(): string | undefined {
  const found = spawnSync('socat', ['-V']);
  return found.error === undefined ? undefined : 'socat is not installed: no pair of serial ports without hardware';
}

export interface Cable {
  /** Device of the host's end, and of the modem's. */
  readonly host: string;
  readonly modem: string;
  /** Pulls the cable: both devices vanish. */
  unplug(): Promise<void>;
}

/** A directory for the names of the devices, which stay the same from one plugging to the next. */
export function createCableNames(): { readonly directory: string; remove(): void } {
  const directory = mkdtempSync(join(tmpdir(), 'switchhook-serial-'));
  return { directory, remove: () => rmSync(directory, { recursive: true, force: true }) };
}

/** Two serial devices joined by a null-modem cable (a pair of pseudo terminals). */
export async function plugCable(directory: string): Promise<Cable> {
  const host = join(directory, 'host');
  const modem = join(directory, 'modem');
  const socat = spawn('socat', [`pty,raw,echo=0,link=${host}`, `pty,raw,echo=0,link=${modem}`], { stdio: 'ignore' });
  const exited = new Promise<void>((resolve) => socat.once('exit', () => resolve()));
  for (let tries = 0; !(existsSync(host) && existsSync(modem)); tries += 1) {
    if (tries > 500) throw new Error('socat made no devices within five seconds');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return {
    host,
    modem,
    unplug: async () => {
      socat.kill('SIGKILL');
      await exited;
      rmSync(host, { force: true });
      rmSync(modem, { force: true });
    },
  };
}
