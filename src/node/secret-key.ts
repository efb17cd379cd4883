import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../platform/config.ts';
import { createSecretBox, type SecretBox } from '../platform/secrets.ts';

const FILE = 'secret-key';

/**
 * The box that seals secrets, from SECRET_KEY or from the key kept in DATA_DIR, which is made on the first start. Losing
 * that file means entering every secret again, so the backup guide names it.
 */
export function openSecretBox(config: Pick<Config, 'SECRET_KEY' | 'SECRET_KEY_PREVIOUS' | 'DATA_DIR'>): SecretBox {
  const current = config.SECRET_KEY ?? keptKey(config.DATA_DIR);
  return createSecretBox(config.SECRET_KEY_PREVIOUS === undefined ? [current] : [current, config.SECRET_KEY_PREVIOUS]);
}

function keptKey(directory: string): string {
  const path = join(directory, FILE);
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const key = randomBytes(32).toString('base64url');
  try {
    writeFileSync(path, `${key}\n`, { mode: 0o600, flag: 'wx' });
    return key;
  } catch (error) {
    // Another process made it in between; there must be only one.
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return readFileSync(path, 'utf8').trim();
    throw error;
  }
}
