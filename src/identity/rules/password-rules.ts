import { isCommonPassword } from './common-passwords.ts';

const SHORTEST_PASSWORD = 10;
/** Longer ones would only be work for whoever wants to keep us busy. */
const LONGEST_PASSWORD = 256;

/**
 * What is wrong with a password, or undefined. Length counts, and that nobody would try it among the first; signs and
 * capitals are nobody's business (NIST SP 800-63B, 5.1.1.2). `names` are the person's own: callsign, address, organization.
 */
export function complaintAbout(password: string, names: readonly string[] = []): string | undefined {
  const length = [...password].length;
  if (length < SHORTEST_PASSWORD) return `use at least ${SHORTEST_PASSWORD} characters; several words are easy to keep`;
  if (length > LONGEST_PASSWORD) return `use at most ${LONGEST_PASSWORD} characters`;
  if (isCommonPassword(password)) return 'this password is among those that are tried first; choose another one';
  const lower = password.toLowerCase();
  const own = names.find((name) => name.length >= 4 && lower.includes(name.toLowerCase()));
  if (own !== undefined && length < own.length + SHORTEST_PASSWORD) return 'leave your own name and address out of it';
  return undefined;
}
