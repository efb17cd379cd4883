/**
 * Networks that are nobody's outside: private, loopback, link-local, shared, documentation, multicast and reserved ones
 * (IANA special-purpose registries, RFC 6890). What we send out on somebody's word must not reach into our own house.
 */
const CLOSED_V4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
].map((network) => {
  const [address = '', bits = ''] = network.split('/');
  return { base: numberOf(address) ?? 0, size: 2 ** (32 - Number(bits)) };
});

/** Whether an IP address is one of the public internet. Anything that is no address is not. */
export function isPublicAddress(address: string): boolean {
  const text = address.replace(/^\[|\]$/g, '');
  const v4 = numberOf(text);
  if (v4 !== undefined) return CLOSED_V4.every(({ base, size }) => v4 < base || v4 >= base + size);
  const groups = groupsOf(text);
  if (groups === undefined) return false;
  const [first = 0, second = 0, third = 0] = groups;
  const last = (groups[6] ?? 0) * 65_536 + (groups[7] ?? 0);
  // An IPv4 address in IPv6 clothes is what it is: mapped (::ffff:0:0/96), NAT64 (64:ff9b::/96), 6to4 (2002::/16).
  if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff) return isPublicV4(last);
  if (first === 0x64 && second === 0xff9b) return isPublicV4(last);
  if (first === 0x2002) return isPublicV4(second * 65_536 + third);
  // Global unicast is 2000::/3; within it Teredo and the rest of 2001::/23, documentation, and 3fff::/20 are not for us.
  if (first < 0x2000 || first > 0x3fff) return false;
  if (first === 0x2001 && (second < 0x200 || second === 0xdb8)) return false;
  return !(first === 0x3fff && second < 0x1000);
}

function isPublicV4(value: number): boolean {
  return CLOSED_V4.every(({ base, size }) => value < base || value >= base + size);
}

/** Dotted decimal only: other spellings of an IPv4 address (octal, one number) are not what a resolver returns. */
function numberOf(text: string): number | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (match === null) return undefined;
  const bytes = match.slice(1).map(Number);
  return bytes.some((byte) => byte > 255) ? undefined : bytes.reduce((sum, byte) => sum * 256 + byte, 0);
}

/** The eight groups of an IPv6 address, or undefined when it is none. */
function groupsOf(text: string): number[] | undefined {
  const plain = text.split('%')[0] ?? '';
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(plain);
  const v4 = dotted === null ? undefined : numberOf(dotted[2] ?? '');
  if (dotted !== null && v4 === undefined) return undefined;
  const spelled =
    v4 === undefined ? plain : `${dotted?.[1]}${Math.floor(v4 / 65_536).toString(16)}:${(v4 % 65_536).toString(16)}`;
  const halves = spelled.split('::');
  if (halves.length > 2) return undefined;
  const parts = halves.map((half) => (half === '' ? [] : half.split(':')));
  const [left = [], right = []] = parts;
  const missing = 8 - left.length - right.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const all = [...left, ...Array<string>(halves.length === 2 ? missing : 0).fill('0'), ...right];
  return all.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))
    ? all.map((group) => Number.parseInt(group, 16))
    : undefined;
}
