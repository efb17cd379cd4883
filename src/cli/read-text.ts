import { readFile } from 'node:fs/promises';
import { AppError, messageOf } from '../core/errors.ts';

/** The text of a file that a command was given. Throws `file.missing` and says why it cannot be read. */
export async function textOfFile(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const detail = `${path} cannot be read: ${messageOf(cause)}`;
    throw new AppError({ code: 'file.missing', kind: 'missing', detail, cause });
  }
}
