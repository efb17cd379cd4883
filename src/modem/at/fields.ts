/** One comma-separated value of a reply. */
export interface Field {
  readonly text: string;
  readonly quoted: boolean;
}

/** What follows `+NAME:` in a line, or undefined when the line is about something else. Case is ignored. */
export function afterPrefix(line: string, prefix: string): string | undefined {
  return line.slice(0, prefix.length).toUpperCase() === prefix.toUpperCase()
    ? line.slice(prefix.length).trim()
    : undefined;
}

/** Splits at commas outside quotes; quotes and the blanks around a value go. A missing closing quote is forgiven. */
export function splitFields(text: string): readonly Field[] {
  const fields: Field[] = [];
  let value = '';
  let quoted = false;
  let inside = false;
  const finish = () => {
    fields.push({ text: quoted ? value : value.trim(), quoted });
    value = '';
    quoted = false;
  };
  for (const char of text) {
    if (char === '"') {
      if (!inside) value = '';
      inside = !inside;
      quoted = true;
    } else if (char === ',' && !inside) {
      finish();
    } else if (inside || !quoted) {
      value += char;
    }
  }
  finish();
  return fields;
}

/** A decimal number, leading zeros and blanks forgiven; undefined for anything else (also empty). */
export function toInteger(text: string | undefined): number | undefined {
  const trimmed = text?.trim() ?? '';
  return /^-?\d{1,9}$/.test(trimmed) ? Number(trimmed) : undefined;
}
