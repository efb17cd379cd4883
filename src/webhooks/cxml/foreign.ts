import { CxmlError, element } from './element.ts';
import { type ReadElement, readCxml } from './read.ts';
import { type ChildOf, type Element, shapeOf, type VerbName } from './verbs.ts';

/** Attributes that hold an address. Relative ones would lead into our own voice endpoint. */
const ADDRESSES = new Set(['action', 'statusCallback', 'recordingStatusCallback', 'url', 'src']);

/** Elements whose text is an address. */
const ADDRESSED = new Set(['Redirect', 'Play']);

/**
 * Reads a document that somebody else wrote, strictly: every element, attribute and value has to be documented CXML, and
 * addresses absolute. Throws CxmlError, or the reader's complaint, that says what is wrong with it.
 */
export function readForeign(xml: string): readonly ReadElement[] {
  const root = readCxml(xml);
  if (root.name !== 'Response') throw new CxmlError(`the document is <${root.name}>, not <Response>`);
  if (root.children.length === 0) throw new CxmlError('the document has no verbs');
  const verbs = root.children.map((child) => {
    if (typeof child === 'string') throw new CxmlError('<Response> holds no text');
    return child;
  });
  for (const verb of verbs) foreignVerb(verb);
  return verbs;
}

/** A verb of a foreign document, written anew from what was read: nothing that was not understood passes through. */
export function foreignVerb(node: ReadElement): ChildOf<'Response'> {
  if (!shapeOf('Response')?.children.includes(node.name))
    throw new CxmlError(`<Response> does not hold <${node.name}>`);
  // Checked against the table a line above, and again by `element`.
  return foreignElement(node) as ChildOf<'Response'>;
}

function foreignElement(node: ReadElement): Element {
  const { name } = node;
  const shape = shapeOf(name);
  if (shape === undefined) throw new CxmlError(`<${name}> is not an element of CXML`);
  const attributes: Record<string, string | number | boolean> = {};
  for (const [attribute, text] of Object.entries(node.attributes)) {
    const kind = Object.hasOwn(shape.attributes, attribute) ? shape.attributes[attribute] : undefined;
    if (kind === undefined) throw new CxmlError(`<${name}> has no attribute ${attribute}`);
    if (ADDRESSES.has(attribute)) requireAddress(name, text);
    attributes[attribute] = attributeValue(name, attribute, kind, text);
  }
  if (ADDRESSED.has(name) && !('digits' in attributes)) {
    requireAddress(
      name,
      node.children
        .filter((child) => typeof child === 'string')
        .join('')
        .trim(),
    );
  }
  const children = node.children.map((child) => (typeof child === 'string' ? child : foreignElement(child)));
  // `element` is typed for what we write ourselves; what came from outside it checks at run time.
  return element(name as VerbName, attributes as object, ...(children as never[]));
}

function attributeValue(
  name: string,
  attribute: string,
  kind: NonNullable<ReturnType<typeof shapeOf>>['attributes'][string],
  text: string,
): string | number | boolean {
  if (kind === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  if (kind === 'integer' && /^[0-9]{1,9}$/.test(text)) return Number(text);
  if (kind === 'number' && /^-?[0-9]{1,9}(\.[0-9]{1,9})?$/.test(text)) return Number(text);
  if (kind === 'text' || Array.isArray(kind)) return text;
  throw new CxmlError(`<${name} ${attribute}="${text.slice(0, 40)}"> does not fit the attribute`);
}

function requireAddress(name: string, text: string): void {
  if (!/^(https?|wss):\/\/[^\s/]/.test(text) || !URL.canParse(text)) {
    throw new CxmlError(`<${name}> needs an absolute address, not "${text.slice(0, 80)}"`);
  }
}
