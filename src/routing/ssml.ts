import { type ReadElement, readXml } from '../core/xml.ts';

/**
 * The elements of SSML 1.1 that text-to-speech engines agree on, with their attributes (the table of CXML verbs knows
 * the same ones; a test holds the two together).
 */
const ELEMENTS: Readonly<Record<string, readonly string[]>> = {
  break: ['time', 'strength'],
  'say-as': ['interpret-as', 'format'],
  audio: ['src'],
  emphasis: ['level'],
  prosody: ['rate', 'pitch', 'volume'],
  p: [],
  s: [],
  sub: ['alias'],
  lang: ['xml:lang'],
  phoneme: ['alphabet', 'ph'],
};

/** These hold text only, or nothing. */
const LEAVES: Readonly<Record<string, 'text' | 'nothing'>> = {
  break: 'nothing',
  'say-as': 'text',
  audio: 'text',
  sub: 'text',
  phoneme: 'text',
};

/** Text and elements, as read. Throws when the markup is not well formed. */
export function readSsml(text: string): readonly (string | ReadElement)[] {
  return readXml(`<speak>${text}</speak>`).children;
}

/** What is wrong with some SSML, and what to do about it; undefined when nothing is. */
export function ssmlProblem(text: string): string | undefined {
  try {
    const nodes = readSsml(text);
    return nodes.length === 0 ? 'say something' : firstProblem(nodes);
  } catch {
    return 'the markup is not well formed: close every element, and write < as &lt;';
  }
}

function firstProblem(nodes: readonly (string | ReadElement)[]): string | undefined {
  for (const node of nodes) {
    if (typeof node === 'string') continue;
    const allowed = Object.hasOwn(ELEMENTS, node.name) ? ELEMENTS[node.name] : undefined;
    if (allowed === undefined) return `<${node.name}> is not known; use ${Object.keys(ELEMENTS).join(', ')}`;
    const unknown = Object.keys(node.attributes).find((name) => !allowed.includes(name));
    if (unknown !== undefined) return `<${node.name}> has no attribute ${unknown}`;
    const leaf = LEAVES[node.name];
    if (leaf === 'nothing' && node.children.length > 0) return `<${node.name}/> holds nothing`;
    if (leaf === 'text' && node.children.some((child) => typeof child !== 'string'))
      return `<${node.name}> holds text only`;
    const inside = firstProblem(node.children);
    if (inside !== undefined) return inside;
  }
  return undefined;
}
