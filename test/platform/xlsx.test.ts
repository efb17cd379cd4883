import { unzipSync } from 'fflate';
import readXlsxFile from 'read-excel-file/node';
import { describe, expect, test } from 'vitest';
import type { Cell } from '../../src/core/csv.ts';
import { MOST_ROWS, xlsxOf } from '../../src/platform/xlsx.ts';

async function* batches(...rows: readonly (readonly Cell[])[][]): AsyncGenerator<readonly (readonly Cell[])[]> {
  yield* rows;
}

async function workbook(source: AsyncIterable<readonly (readonly Cell[])[]>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of xlsxOf(source)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe('a workbook', () => {
  test('comes back with its rows, text as text and numbers as numbers', async () => {
    const hostile = '=1+1 & <b> "q" 😀';
    const file = await workbook(
      batches(
        [['name', 'calls']],
        [
          [hostile, 3],
          ['+12125550101', null],
          [' a\u0000b ', -0.5],
        ],
      ),
    );
    expect(await readXlsxFile(file, { trim: false })).toEqual([
      {
        sheet: 'Sheet1',
        data: [
          ['name', 'calls'],
          [hostile, 3],
          ['+12125550101', null],
          [' ab ', -0.5],
        ],
      },
    ]);
  });

  test('without rows is still a workbook', async () => {
    expect(Object.keys(unzipSync(await workbook(batches())))).toContain('xl/worksheets/sheet1.xml');
  });

  test('ends at the last row a sheet can have, and memory does not grow until then', { timeout: 60_000 }, async () => {
    let given = 0;
    async function* endless(): AsyncGenerator<readonly (readonly Cell[])[]> {
      for (;;) {
        given += 10_000;
        yield Array.from({ length: 10_000 }, (_, index) => [index, `row ${given} ${index}`]);
      }
    }
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    const before = heapUsed + arrayBuffers;
    let bytes = 0;
    let highest = 0;
    for await (const chunk of xlsxOf(endless())) {
      bytes += chunk.length;
      const now = process.memoryUsage();
      highest = Math.max(highest, now.heapUsed + now.arrayBuffers - before);
    }
    expect(bytes).toBeGreaterThan(10_000_000);
    expect(given).toBeLessThan(MOST_ROWS + 10_000);
    // A million rows as text are more than 100 MB.
    expect(highest).toBeLessThan(160_000_000);
  });
});
