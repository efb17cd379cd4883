import { Zip, ZipDeflate, ZipPassThrough } from 'fflate';
import type { Cell } from '../core/csv.ts';

/** Most rows a sheet can have (ECMA-376, and what Excel opens). */
export const MOST_ROWS = 1_048_576;

const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const RELATIONS = 'http://schemas.openxmlformats.org/package/2006/relationships';
const DOCUMENT = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const SHEET = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';

/** Everything of a workbook but its sheet. */
const PARTS: Readonly<Record<string, string>> = {
  '[Content_Types].xml':
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">' +
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>' +
    '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>' +
    '<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>' +
    '</Types>',
  '_rels/.rels': `<Relationships xmlns="${RELATIONS}"><Relationship Id="rId1" Type="${DOCUMENT}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
  'xl/workbook.xml': `<workbook xmlns="${SHEET}" xmlns:r="${DOCUMENT}"><sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>`,
  'xl/_rels/workbook.xml.rels': `<Relationships xmlns="${RELATIONS}"><Relationship Id="rId1" Type="${DOCUMENT}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
};

/**
 * A workbook with one sheet, made while its rows come: only the batch at hand is in memory. Text is text, so nothing in it
 * is run as a formula. What goes beyond the rows a sheet can have is left out.
 */
export async function* xlsxOf(batches: AsyncIterable<readonly (readonly Cell[])[]>): AsyncGenerator<Uint8Array> {
  let ready: Uint8Array[] = [];
  let failure: Error | null = null;
  const zip = new Zip((error, chunk) => {
    failure ??= error;
    ready.push(chunk);
  });
  const encoder = new TextEncoder();
  for (const [name, content] of Object.entries(PARTS)) {
    const file = new ZipPassThrough(name);
    zip.add(file);
    file.push(encoder.encode(HEAD + content), true);
  }
  const sheet = new ZipDeflate('xl/worksheets/sheet1.xml', { level: 1 });
  zip.add(sheet);
  sheet.push(encoder.encode(`${HEAD}<worksheet xmlns="${SHEET}"><sheetData>`));
  let count = 0;
  for await (const batch of batches) {
    const rows = batch.slice(0, MOST_ROWS - count);
    count += rows.length;
    const start = count - rows.length + 1;
    sheet.push(encoder.encode(rows.map((row, index) => rowXml(row, start + index)).join('')));
    if (failure !== null) throw failure;
    yield* ready;
    ready = [];
    if (count >= MOST_ROWS) break;
  }
  sheet.push(encoder.encode('</sheetData></worksheet>'), true);
  zip.end();
  if (failure !== null) throw failure;
  yield* ready;
}

/** Rows and cells name their place, though they need not: not every reader counts. */
function rowXml(cells: readonly Cell[], row: number): string {
  return `<row r="${row}">${cells.map((cell, column) => cellXml(cell, `${columnName(column)}${row}`)).join('')}</row>`;
}

function cellXml(cell: Cell, place: string): string {
  if (cell === null || cell === '') return '';
  if (typeof cell === 'number') return `<c r="${place}"><v>${cell}</v></c>`;
  if (typeof cell === 'boolean') return `<c r="${place}" t="b"><v>${cell ? 1 : 0}</v></c>`;
  return `<c r="${place}" t="inlineStr"><is><t xml:space="preserve">${escaped(cell)}</t></is></c>`;
}

/** A, B, … Z, AA, AB, … */
function columnName(column: number): string {
  const letter = String.fromCharCode(65 + (column % 26));
  return column < 26 ? letter : columnName(Math.floor(column / 26) - 1) + letter;
}

/** Characters that XML 1.0 does not know are dropped; the longest text a cell takes is 32,767 characters. */
function escaped(text: string): string {
  return text
    .slice(0, 32_767)
    .toWellFormed()
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}
