/** An element as read back. Attribute values and text are unescaped. */
export interface ReadElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly (string | ReadElement)[];
}

const TOKEN =
  /<\?[\s\S]*?\?>|<!--[\s\S]*?-->|<(\/?)([A-Za-z_][\w:.-]*)((?:\s+[\w:.-]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(\/?)>|[^<]+/y;
const ATTRIBUTE = /([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/**
 * Reads a small XML document: elements, attributes, text, the five named entities and character references. No DTD, no
 * CDATA; this reads what we write, and samples. Text of blanks only is left out. Throws when the document is not well
 * formed.
 */
export function readXml(xml: string): ReadElement {
  const root: MutableElement = { name: '', attributes: {}, children: [] };
  const open: MutableElement[] = [root];
  const token = new RegExp(TOKEN);
  while (token.lastIndex < xml.length) {
    const at = token.lastIndex;
    const match = token.exec(xml);
    if (match === null) throw new Error(`XML is not well formed at character ${at}`);
    const [text, closing, name, attributes, empty] = match;
    const parent = open.at(-1) ?? root;
    if (name === undefined) {
      if (!text.startsWith('<') && text.trim() !== '') parent.children.push(decodeEntities(text));
    } else if (closing === '/') {
      if (open.length < 2 || parent.name !== name) throw new Error(`</${name}> closes nothing at character ${at}`);
      open.pop();
    } else {
      const child: MutableElement = { name, attributes: readAttributes(attributes ?? ''), children: [] };
      parent.children.push(child);
      if (empty !== '/') open.push(child);
    }
  }
  const [document, ...rest] = root.children;
  if (open.length !== 1 || typeof document !== 'object' || rest.length > 0) {
    throw new Error('an XML document is one element, closed at its end');
  }
  return document;
}

/** The text directly inside an element. */
export function textOf(element: ReadElement): string {
  return element.children.filter((child) => typeof child === 'string').join('');
}

interface MutableElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: (string | MutableElement)[];
}

function readAttributes(text: string): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const [, name, double, single] of text.matchAll(ATTRIBUTE)) {
    if (name !== undefined) attributes[name] = decodeEntities(double ?? single ?? '');
  }
  return attributes;
}

function decodeEntities(text: string): string {
  return text.replace(/&(?:#(\d+)|#x([0-9a-fA-F]+)|(\w+));/g, (whole, decimal, hex, name) => {
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
    if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
    return Object.hasOwn(ENTITIES, name) ? (ENTITIES[name] ?? whole) : whole;
  });
}
