import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startWatchdog } from '../../src/node/watchdog.ts';

let directory: string;
const path = process.env.PATH;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'switchhook-watchdog-'));
  const tool = join(directory, 'systemd-notify');
  writeFileSync(tool, `#!/bin/sh\necho "$1" >> ${join(directory, 'said')}\n`);
  chmodSync(tool, 0o755);
  process.env.PATH = `${directory}:${path}`;
});
afterEach(() => {
  process.env.PATH = path;
  rmSync(directory, { recursive: true, force: true });
});

const said = () => {
  const file = join(directory, 'said');
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
};

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe('the watchdog of systemd', () => {
  it('hears that the service is ready, that it lives, and that it stops', async () => {
    const watchdog = startWatchdog({ NOTIFY_SOCKET: '/run/nowhere', WATCHDOG_USEC: '40000' });
    watchdog.ready();
    await until(() => said().filter((word) => word === 'WATCHDOG=1').length >= 2);
    watchdog.stop();
    await until(() => said().includes('STOPPING=1'));
    expect(said()).toContain('--ready');
  });

  it('is told nothing where nobody listens', async () => {
    const watchdog = startWatchdog({});
    watchdog.ready();
    watchdog.stop();
    // What would be said after it is said: a later word proves that the earlier had their time.
    const marker = startWatchdog({ NOTIFY_SOCKET: '/run/nowhere' });
    marker.ready();
    await until(() => said().length > 0);
    expect(said()).toEqual(['--ready']);
  });
});
