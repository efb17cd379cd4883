/** Spoken and typed without mistakes: no 0 and no 1, which read as O and I. */
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ23456789';
const DIGITS = '0123456789';

type RandomBytes = (length: number) => Uint8Array;

/** A code of `length` characters, each equally likely. */
export function newCode(length: number, random: RandomBytes): string {
  return draw(length, ALPHABET, random);
}

/** The same of digits, for telephones. */
export function newNumericCode(length: number, random: RandomBytes): string {
  return draw(length, DIGITS, random);
}

/** What a person typed, as it was made: case, spaces and dashes do not count, 0 is O and 1 is I. */
export function foldCode(text: string): string {
  return text.normalize('NFKC').toUpperCase().replace(/[\s-]/g, '').replaceAll('0', 'O').replaceAll('1', 'I');
}

/** `ABCD-EFGH-JKLM`: groups of four are read without losing one's place. */
export function groupCode(code: string): string {
  return code.replace(/(.{4})(?=.)/g, '$1-');
}

/** Bytes beyond the last whole multiple of the alphabet are thrown away, or its first characters would come up more often. */
function draw(length: number, alphabet: string, random: RandomBytes): string {
  const ceiling = 256 - (256 % alphabet.length);
  let code = '';
  while (code.length < length) {
    for (const byte of random(length * 2)) {
      if (byte < ceiling && code.length < length) code += alphabet[byte % alphabet.length];
    }
  }
  return code;
}
