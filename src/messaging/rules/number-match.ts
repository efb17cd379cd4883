/** Digits that two spellings of one number have in common at their ends; what is in front is prefix. */
const SIGNIFICANT = 9;
/** With fewer digits a number is a short code, or a local one whose end says too little. */
const ENOUGH = 7;

/**
 * Whether two spellings mean one recipient: networks report `+358401234567` back as `0401234567`, `358401234567` or
 * `00358401234567` (gsm-sms reference, section 10). The last 7 to 9 digits decide; short codes must be equal.
 */
export function isSameNumber(left: string, right: string): boolean {
  const a = digitsOf(left);
  const b = digitsOf(right);
  const length = Math.min(SIGNIFICANT, a.length, b.length);
  if (length < ENOUGH) return a === b && a !== '';
  return a.slice(-length) === b.slice(-length);
}

/** Digits with the trunk zero and the international prefix taken off, which only one of the spellings may have. */
function digitsOf(number: string): string {
  return number.replace(/[^0-9]/g, '').replace(/^0+(?=[0-9]{7})/, '');
}
