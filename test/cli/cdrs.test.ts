import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { registerCdrs } from '../../src/cli/cdrs.ts';
import type { Client, OpenClient } from '../../src/cli/client.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cdrs-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A server that sends these lines, and then breaks if it is told to. */
function serving(lines: readonly string[], broken?: Error): OpenClient {
  const client = {
    async *download() {
      for (const line of lines) yield new TextEncoder().encode(line);
      if (broken !== undefined) throw broken;
    },
    close: async () => undefined,
  } as Pick<Client, 'download' | 'close'> as Client;
  return async () => client;
}

async function exportTo(file: string, open: OpenClient): Promise<void> {
  const program = new Command();
  registerCdrs(program, open);
  await program.parseAsync(['cdrs', 'export', '--output', file], { from: 'user' });
}

describe('cdrs export to a file', () => {
  it('leaves the whole file, and nothing beside it', async () => {
    const file = join(folder, 'cdrs.csv');
    await exportTo(file, serving(['id\n', '1\n']));
    expect(readFileSync(file, 'utf8')).toBe('id\n1\n');
    expect(readdirSync(folder)).toEqual(['cdrs.csv']);
  });

  it('that breaks off leaves the older file as it was', async () => {
    const file = join(folder, 'cdrs.csv');
    writeFileSync(file, 'of yesterday');
    await expect(exportTo(file, serving(['id\n'], new Error('the line is cut')))).rejects.toThrow('the line is cut');
    expect(readFileSync(file, 'utf8')).toBe('of yesterday');
    expect(readdirSync(folder)).toEqual(['cdrs.csv']);
  });

  it('that is refused leaves no file', async () => {
    const refused = serving([], new Error('say which organization'));
    await expect(exportTo(join(folder, 'cdrs.csv'), refused)).rejects.toThrow('say which organization');
    expect(readdirSync(folder)).toEqual([]);
  });
});
