/** What a table holds in one place. */
export type Cell = string | number | boolean | null;

/** A plain number or telephone number: begins like a formula, and is none. */
const HARMLESS = /^[+-]?[0-9]+(\.[0-9]+)?$/;

/** What spreadsheets take for the beginning of a formula (OWASP, CSV injection). */
const FORMULA = /^[=+\-@\t\r]/;

/**
 * One line of CSV (RFC 4180), with its CRLF. Text that a spreadsheet would run as a formula gets an apostrophe in front:
 * a caller's name is chosen by the caller.
 */
export function csvLine(cells: readonly Cell[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

function csvCell(cell: Cell): string {
  if (cell === null) return '';
  const text = String(cell);
  const safe = typeof cell === 'string' && FORMULA.test(text) && !HARMLESS.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
