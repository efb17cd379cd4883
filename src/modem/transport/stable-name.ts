import { readdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';

const BY_ID = '/dev/serial/by-id';

/** The name under /dev/serial/by-id that leads to the same device; undefined where the system keeps none. */
export async function stableNameOf(path: string): Promise<string | undefined> {
  try {
    const device = await realpath(path);
    for (const name of await readdir(BY_ID)) {
      const link = join(BY_ID, name);
      if ((await realpath(link)) === device) return link;
    }
  } catch {
    // No udev, no such folder, or the device went away between: there is no stable name then.
  }
  return undefined;
}
