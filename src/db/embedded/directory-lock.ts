import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../core/errors.ts';
import { uuidv7 } from '../../core/ids.ts';

/** Who holds a data directory. `startTicks` tells a process from a later one that was given the same pid. */
export interface LockHolder {
  readonly pid: number;
  readonly startTicks: string;
  readonly since: string;
}

export interface DirectoryLock {
  /** False when the previous holder did not close the directory properly. */
  readonly wasClosedCleanly: boolean;
  release(): void;
}

const LOCK = 'switchhook.lock';
const CLEAN = 'clean-shutdown';

/**
 * Takes a data directory for this process; the embedded database does not lock its files itself, and two writers
 * destroy it. Throws `database.directory_in_use` while another living process holds it; a lock whose process is gone is
 * taken over. Linking a finished file into place makes "exists and is complete" one atomic step.
 */
export function lockDirectory(directory: string): DirectoryLock {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const path = join(directory, LOCK);
  const draft = join(directory, `${LOCK}.${uuidv7()}`);
  const self: LockHolder = { pid: process.pid, startTicks: startTicksOf(process.pid), since: new Date().toISOString() };
  writeFileSync(draft, JSON.stringify(self));
  try {
    while (!tryLink(draft, path)) {
      const holder = readLockHolder(directory);
      if (holder !== undefined && isAlive(holder)) throw inUse(directory, holder);
      setAside(path, holder);
    }
  } finally {
    unlinkSync(draft);
  }
  return {
    wasClosedCleanly: takeCleanMarker(directory),
    release() {
      writeFileSync(join(directory, CLEAN), new Date().toISOString());
      rmSync(path, { force: true });
    },
  };
}

/** Who holds the directory now by the lock file, living or not; undefined when nobody does. */
export function readLockHolder(directory: string): LockHolder | undefined {
  try {
    const holder = JSON.parse(readFileSync(join(directory, LOCK), 'utf8')) as Partial<LockHolder>;
    return typeof holder.pid === 'number'
      ? { pid: holder.pid, startTicks: holder.startTicks ?? '', since: holder.since ?? '' }
      : undefined;
  } catch {
    return undefined;
  }
}

/** Whether the process that wrote the lock still runs. */
export function isAlive(holder: LockHolder): boolean {
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  const ticks = startTicksOf(holder.pid);
  return ticks === '' || holder.startTicks === '' || ticks === holder.startTicks;
}

function tryLink(draft: string, path: string): boolean {
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Moves a dead holder's lock out of the way. If another starter replaced it in between, what was moved is a living
 * lock: it goes back to its place and the loop finds it there.
 */
function setAside(path: string, dead: LockHolder | undefined): void {
  const aside = `${path}.${uuidv7()}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const moved = JSON.parse(readFileSync(aside, 'utf8') || '{}') as Partial<LockHolder>;
  if (moved.pid !== dead?.pid || moved.since !== dead?.since) tryLink(aside, path);
  unlinkSync(aside);
}

function takeCleanMarker(directory: string): boolean {
  try {
    unlinkSync(join(directory, CLEAN));
    return true;
  } catch {
    return false;
  }
}

/** Field 22 of /proc/PID/stat: when the process started. Empty where there is no /proc. */
function startTicksOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

function inUse(directory: string, holder: LockHolder): AppError {
  return new AppError({
    code: 'database.directory_in_use',
    kind: 'conflict',
    detail:
      `The data directory ${directory} is in use by process ${holder.pid} since ${holder.since}. ` +
      'Stop that process first, choose another DATA_DIR, or set DATABASE_URL to share one Postgres between processes.',
  });
}
