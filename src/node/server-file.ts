import { randomBytes } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** How the command line finds the server that holds a data directory. Readable by its owner only. */
export interface ServerFile {
  readonly url: string;
  /** Opens the API with the authority of the machine's own operator. New at every start. */
  readonly token: string;
  readonly pid: number;
}

const FILE = 'server.json';

export function newControlToken(): string {
  return randomBytes(32).toString('base64url');
}

export function writeServerFile(directory: string, file: ServerFile): () => void {
  const path = join(directory, FILE);
  rmSync(path, { force: true });
  writeFileSync(path, JSON.stringify(file), { mode: 0o600, flag: 'wx' });
  return () => rmSync(path, { force: true });
}

/** The server that said it serves this directory; it may be gone by now. */
export function readServerFile(directory: string): ServerFile | undefined {
  try {
    const { url, token, pid } = JSON.parse(readFileSync(join(directory, FILE), 'utf8')) as Partial<ServerFile>;
    return typeof url === 'string' && typeof token === 'string' && typeof pid === 'number'
      ? { url, token, pid }
      : undefined;
  } catch {
    return undefined;
  }
}
