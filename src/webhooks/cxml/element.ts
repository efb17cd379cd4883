import { escapeAttribute, escapeText } from './escape.ts';
import { type AttributesOf, type ChildOf, type Element, shapeOf, type VerbName } from './verbs.ts';

/** Something was about to be written that CXML does not know. A bug of ours, never of the caller. */
export class CxmlError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'CxmlError';
  }
}

/**
 * One element of CXML. Attributes and children that the documentation does not know are a type error here, and throw
 * CxmlError where types were circumvented. Text and values are escaped here, once.
 */
export function element<Name extends VerbName>(
  name: Name,
  attributes: AttributesOf<Name> = {},
  ...children: readonly ChildOf<Name>[]
): Element<Name> {
  const shape = shapeOf(name);
  if (shape === undefined) throw new CxmlError(`<${name}> is not an element of CXML`);
  let open = `<${name}`;
  for (const [attribute, value] of Object.entries(attributes as Record<string, unknown>)) {
    if (value === undefined) continue;
    open += ` ${attribute}="${escapeAttribute(attributeText(name, attribute, shape.attributes[attribute], value))}"`;
  }
  let content = '';
  for (const child of children as readonly (string | Element)[]) {
    if (typeof child === 'string') {
      if (!shape.hasText) throw new CxmlError(`<${name}> holds no text`);
      content += escapeText(child);
    } else {
      if (!shape.children.includes(child.name)) throw new CxmlError(`<${name}> does not hold <${child.name}>`);
      content += child.xml;
    }
  }
  const xml = content === '' ? `${open}/>` : `${open}>${content}</${name}>`;
  // The one place that makes elements: name and content have been checked against the table above.
  return { name, xml } as Element<Name>;
}

/** A complete document. */
export function document(...verbs: readonly ChildOf<'Response'>[]): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element('Response', {}, ...verbs).xml}`;
}

type Kind = NonNullable<ReturnType<typeof shapeOf>>['attributes'][string];

function attributeText(name: string, attribute: string, kind: Kind | undefined, value: unknown): string {
  switch (kind) {
    case undefined:
      throw new CxmlError(`<${name}> has no attribute ${attribute}`);
    case 'text':
      if (typeof value !== 'string') throw refusal(name, attribute, 'text');
      return value;
    case 'boolean':
      if (typeof value !== 'boolean') throw refusal(name, attribute, 'true or false');
      return String(value);
    case 'integer':
      if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0)
        throw refusal(name, attribute, 'a whole number from 0');
      return String(value);
    case 'number':
      if (typeof value !== 'number' || !Number.isFinite(value)) throw refusal(name, attribute, 'a number');
      return String(value);
    default:
      if (typeof value !== 'string' || !kind.includes(value))
        throw refusal(name, attribute, `one of ${kind.join(', ')}`);
      return value;
  }
}

function refusal(name: string, attribute: string, wanted: string): CxmlError {
  return new CxmlError(`<${name} ${attribute}> takes ${wanted}`);
}
