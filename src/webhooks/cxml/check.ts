import type { ReadElement } from './read.ts';
import { shapeOf } from './verbs.ts';

/** Verbs after which nothing of the document runs any more (reference/cloudonix.md 2.10 and 2.11). */
const LAST = ['Redirect', 'Reject', 'Hangup'];
/** Nouns that do not share a Dial with anything but headers (2.8). */
const ALONE = ['Conference', 'Service'];

/**
 * Everything in a document that CXML's documentation does not know: elements, attributes, values, children, text where none
 * belongs, verbs that can never run. Empty for a valid document. `where` names the element, `Response/Dial[2]/Number`.
 */
export function checkCxml(root: ReadElement): readonly string[] {
  return root.name === 'Response' ? problemsOf(root, 'Response') : [`${root.name}: the root is <Response>`];
}

function problemsOf(element: ReadElement, where: string): string[] {
  const shape = shapeOf(element.name);
  if (shape === undefined) return [`${where}: <${element.name}> is not an element of CXML`];
  const problems: string[] = [];
  for (const [name, value] of Object.entries(element.attributes)) {
    const complaint = Object.hasOwn(shape.attributes, name)
      ? complaintOf(shape.attributes[name], value)
      : 'is not an attribute of it';
    if (complaint !== undefined) problems.push(`${where}: ${name}="${value}" ${complaint}`);
  }
  const seen = new Map<string, number>();
  for (const child of element.children) {
    if (typeof child === 'string') {
      if (!shape.hasText && child.trim() !== '') problems.push(`${where}: holds no text`);
      continue;
    }
    const nth = (seen.get(child.name) ?? 0) + 1;
    seen.set(child.name, nth);
    const place = `${where}/${child.name}${nth === 1 ? '' : `[${nth}]`}`;
    if (!shape.children.includes(child.name))
      problems.push(`${place}: <${element.name}> does not hold <${child.name}>`);
    problems.push(...problemsOf(child, place));
  }
  return [...problems, ...orderProblems(element, where), ...contentProblems(element, where)];
}

type Kind = NonNullable<ReturnType<typeof shapeOf>>['attributes'][string];

function complaintOf(kind: Kind | undefined, value: string): string | undefined {
  switch (kind) {
    case undefined:
    case 'text':
      return undefined;
    case 'boolean':
      return value === 'true' || value === 'false' ? undefined : 'is neither true nor false';
    case 'integer':
      return /^\d{1,9}$/.test(value) ? undefined : 'is not a whole number from 0';
    case 'number':
      return value.trim() !== '' && Number.isFinite(Number(value)) ? undefined : 'is not a number';
    default:
      return kind.includes(value) ? undefined : `is none of ${kind.join(', ')}`;
  }
}

function orderProblems(element: ReadElement, where: string): string[] {
  const names = namesOf(element);
  if (element.name === 'Response') {
    const last = names.findIndex((name) => LAST.includes(name));
    return last >= 0 && last < names.length - 1 ? [`${where}: nothing runs after ${names[last]}`] : [];
  }
  if (element.name !== 'Dial') return [];
  const nouns = names.filter((name) => name !== 'Header');
  return [
    ...(names.lastIndexOf('Header') > names.findIndex((name) => name !== 'Header') && nouns.length > 0
      ? [`${where}: Header elements go first`]
      : []),
    ...(nouns.length > 1 && nouns.some((name) => ALONE.includes(name))
      ? [`${where}: ${nouns.find((name) => ALONE.includes(name))} cannot be dialled together with others`]
      : []),
  ];
}

/** What the types cannot say: an element that would do nothing, or an address nobody can ask. */
function contentProblems(element: ReadElement, where: string): string[] {
  const text = element.children
    .filter((child) => typeof child === 'string')
    .join('')
    .trim();
  const problems: string[] = [];
  const isEmpty = text === '' && namesOf(element).length === 0;
  if (['Number', 'Sip', 'Service', 'Coach', 'Redirect', 'Say'].includes(element.name) && isEmpty)
    problems.push(`${where}: is empty`);
  if (element.name === 'Dial' && text === '' && namesOf(element).every((name) => name === 'Header'))
    problems.push(`${where}: dials nobody`);
  if (element.name === 'Play' && text === '' && element.attributes.digits === undefined)
    problems.push(`${where}: plays nothing`);
  for (const name of ['action', 'statusCallback', 'recordingStatusCallback'])
    if (element.attributes[name] === '') problems.push(`${where}: ${name} is empty`);
  if (element.name === 'Stream' && !/^wss?:\/\//.test(element.attributes.url ?? 'wss://by-name'))
    problems.push(`${where}: url="${element.attributes.url}" is no WebSocket address`);
  return problems;
}

function namesOf(element: ReadElement): string[] {
  return element.children.flatMap((child) => (typeof child === 'string' ? [] : [child.name]));
}
