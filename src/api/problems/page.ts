import { EXPLANATIONS, type Explanation, FAMILIES } from './explanations.ts';

/** What a code means and what to do about it; undefined for a code that does not exist. */
export function explain(code: string): Explanation | undefined {
  if (Object.hasOwn(EXPLANATIONS, code)) return EXPLANATIONS[code];
  const [, ending] = /^[a-z_]+\.([a-z_]+)$/.exec(code) ?? [];
  return ending !== undefined && Object.hasOwn(FAMILIES, ending) ? FAMILIES[ending] : undefined;
}

/** All of them as a page of the reference. */
export function problemsPage(): string {
  const rows = (table: Readonly<Record<string, Explanation>>, prefix: string) =>
    Object.entries(table)
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([code, { meaning, remedy }]) => `| \`${prefix}${code}\` | ${meaning} | ${remedy} |`)
      .join('\n');
  return `# Problems

Refusals are \`application/problem+json\` (RFC 9457). \`code\` is stable, \`errors\` names the fields, \`requestId\` leads the operator to
the log. Each code has a page of its own under \`/problems/CODE\` of a running server, and \`type\` points there.

| Code | Means | Do |
|---|---|---|
${rows(EXPLANATIONS, '')}

Codes that every kind of object has, with the kind in front, e.g. \`ring_group.missing\`:

| Code | Means | Do |
|---|---|---|
${rows(FAMILIES, '<kind>.')}
`;
}
