import { readSheet } from 'read-excel-file/node';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { type Api, apiOf, type Person, personOf } from './support.ts';

let database: TestDatabase;
let api: Api;
let owner: Person;
beforeAll(async () => {
  database = await openTestDatabase();
  api = apiOf(database.database);
});
afterAll(() => database?.close());
beforeEach(async () => {
  owner = await personOf(api, database);
});

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

function send(path: string, body?: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) {
  return api.app.request(`/api/v1${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    ...(body === undefined ? {} : { body }),
    headers: { authorization: `Bearer ${owner.key}`, ...headers },
  });
}

async function importCsv(text: string, query = '', kind = 'extensions') {
  const answer = await send(`/imports/${kind}${query}`, text, { 'content-type': 'text/csv' });
  const body = (await answer.json()) as Record<string, unknown> & {
    readonly problems: readonly { readonly line: number; readonly path: string }[];
  };
  return { status: answer.status, body };
}

async function names(): Promise<string[]> {
  const { body } = await owner.ask('GET', '/api/v1/extensions?sort=number');
  return body.items.map((item: { number: string; name: string }) => `${item.number} ${item.name}`);
}

describe('an import', () => {
  test('makes an object of each row, through the same checks as a single one', async () => {
    const { status, body } = await importCsv(
      'number,name,ringTimeoutSeconds\n101,Ada,15\n102,"Grace, Rear Admiral",\n',
    );
    expect([status, body]).toEqual([
      200,
      { rows: 2, created: 2, changed: 0, unchanged: 0, refused: 0, problems: [], isDone: true },
    ]);
    expect(await names()).toEqual(['101 Ada', '102 Grace, Rear Admiral']);
  });

  test('names every bad row by its line and undoes all of them', async () => {
    const { body } = await importCsv('number,name,colour\n101,Ada,\nabc,Bad,\n102,Grace,red\n101,Twice,\n');
    expect(body).toMatchObject({ rows: 4, refused: 3, isDone: false });
    expect(body.problems.map(({ line, path }: { line: number; path: string }) => [line, path])).toEqual(
      expect.arrayContaining([
        [3, 'number'],
        [4, 'colour'],
      ]),
    );
    expect(await names()).toEqual([]);
  });

  test('keeps the good rows when asked to', async () => {
    const { body } = await importCsv('number,name\n101,Ada\nabc,Bad\n102,Grace\n101,Twice\n', '?keep=good');
    expect(body).toMatchObject({ rows: 4, created: 2, refused: 2, isDone: true });
    expect(await names()).toEqual(['101 Ada', '102 Grace']);
  });

  test('previewed does nothing, and says what it would have done', async () => {
    const { body } = await importCsv('number,name\n101,Ada\n', '?preview=true');
    expect(body).toMatchObject({ created: 1, isDone: false });
    expect(await names()).toEqual([]);
  });

  test.each([
    { existing: 'refuse', tally: { refused: 1, isDone: false }, after: '101 Ada' },
    { existing: 'skip', tally: { unchanged: 1 }, after: '101 Ada' },
    { existing: 'merge', tally: { changed: 1 }, after: '101 Lovelace' },
    { existing: 'replace', tally: { changed: 1 }, after: '101 Lovelace' },
  ])('of a row that exists: $existing', async ({ existing, tally, after }) => {
    await importCsv('number,name\n101,Ada\n');
    expect((await importCsv('number,name\n101,Lovelace\n', `?existing=${existing}`)).body).toMatchObject(tally);
    expect(await names()).toEqual([after]);
  });

  test('a row that says what is there changes nothing, not even the time of the last change', async () => {
    await importCsv('number,name\n101,Ada\n');
    const before = (await owner.ask('GET', '/api/v1/extensions/101')).body.updatedAt;
    expect((await importCsv('number,name\n101,Ada\n', '?existing=merge')).body).toMatchObject({ unchanged: 1 });
    expect((await owner.ask('GET', '/api/v1/extensions/101')).body.updatedAt).toBe(before);
  });

  test('lists, and what a spreadsheet separates by country, are understood', async () => {
    await importCsv('number;name\r\n101;Ada\r\n102;Grace\r\n');
    const { body } = await importCsv('name,members\nsales,101;102\n', '', 'ring-groups');
    expect(body).toMatchObject({ created: 1 });
    expect((await owner.ask('GET', '/api/v1/ring-groups/sales')).body.members).toEqual(['101', '102']);
  });

  test.each([
    { name: 'CSV with too many cells', type: 'text/csv', text: 'number,name\n101,Ada,more\n' },
    { name: 'CSV with an open quote', type: 'text/csv', text: 'number,name\n101,"Ada\n' },
    { name: 'JSONL with a list', type: 'application/x-ndjson', text: '{"number":"101","name":"Ada"}\n[1]\n' },
    { name: 'a workbook that is none', type: XLSX, text: 'PK no' },
  ])('$name is refused in words, and nothing is kept of it', async ({ type, text }) => {
    const answer = await send('/imports/extensions', text, { 'content-type': type });
    expect([answer.status, await answer.json()]).toMatchObject([422, { code: 'table.malformed' }]);
    expect(await names()).toEqual([]);
  });

  test('tells how far it is, and at the end what came of it', async () => {
    const rows = Array.from({ length: 450 }, (_, n) => JSON.stringify({ number: String(1000 + n), name: `N ${n}` }));
    const type = 'application/x-ndjson';
    const answer = await send('/imports/extensions', rows.join('\n'), { 'content-type': type, accept: type });
    const lines = (await answer.text())
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.at(-1)).toMatchObject({ rows: 450, created: 450, isDone: true });
    expect(lines.slice(0, -1).length).toBeGreaterThan(0);
    for (const line of lines.slice(0, -1)) expect(Object.keys(line)).toEqual(['rows']);
  });

  test('needs the permission to write', async () => {
    const reporter = await personOf(api, database, 'reporter', owner.context);
    const answer = await reporter.ask('POST', '/api/v1/imports/extensions', 'number,name\n', {
      'content-type': 'text/csv',
    });
    expect(answer.status).toBe(403);
  });
});

describe('an export', () => {
  test('brought back changes nothing, also with names that a spreadsheet would run', async () => {
    await importCsv('number,name\n101,"=cmd|\'/c calc\'!A1"\n102,"+Ω, ""x"""\n');
    const file = await (await send('/exports/extensions?format=csv&sort=number')).text();
    expect(file).toContain("'=cmd");
    expect((await importCsv(file, '?existing=merge')).body).toMatchObject({ rows: 2, unchanged: 2, refused: 0 });
    const sheet = new Uint8Array(await (await send('/exports/extensions?format=xlsx')).arrayBuffer());
    expect((await readSheet(Buffer.from(sheet)))[0]).toEqual(expect.arrayContaining(['id', 'number', 'name']));
    const back = await send('/imports/extensions?existing=merge', sheet, { 'content-type': XLSX });
    expect(await back.json()).toMatchObject({ rows: 2, unchanged: 2, refused: 0 });
  });

  test('holds every row, whatever the size of a page, and only those of the filter', async () => {
    const rows = Array.from({ length: 1203 }, (_, n) => `${1000 + n},N ${n},${n % 2 === 0 ? 'active' : 'inactive'}`);
    await importCsv(`number,name,status\n${rows.join('\n')}\n`);
    const lines = (await (await send('/exports/extensions?format=jsonl')).text()).trim().split('\n');
    expect(new Set(lines.map((line) => JSON.parse(line).number)).size).toBe(1203);
    const half = await (await send('/exports/extensions?format=csv&status=inactive')).text();
    expect(half.trim().split('\r\n')).toHaveLength(1 + 601);
  });
});
