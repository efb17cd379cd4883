/** Zero in the scripts whose digits people and recognizers write; each begins a run of ten (Unicode, category Nd). */
const ZEROS = [0x0660, 0x06f0, 0x0966, 0x09e6, 0x0a66, 0x0ae6, 0x0be6, 0x0c66, 0x0ce6, 0x0d66, 0x0e50, 0xff10];

/** The text with every decimal digit of another script (`١`, `५`, `３`) as the ASCII digit of its value. */
export function asciiDigits(text: string): string {
  if (!/[^\u0000-\u007F]/.test(text)) return text;
  return text.replace(/\p{Nd}/gu, (char) => {
    const code = char.codePointAt(0) ?? 0;
    const zero = ZEROS.find((candidate) => code >= candidate && code < candidate + 10);
    return zero === undefined ? char : String(code - zero);
  });
}
