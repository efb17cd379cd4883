import { shapeOf } from '../../src/webhooks/cxml/verbs.ts';
import { type ReadElement, readCxml } from '../../src/webhooks/index.ts';

/**
 * Everything in a document that the verb table does not know: elements, attributes, their values, what stands in what,
 * text where none belongs. Empty for a document that Cloudonix documents. Reads the text itself, as Cloudonix does, and
 * does not trust whoever wrote it. Throws when it is not well formed.
 */
export function cxmlProblems(xml: string): readonly string[] {
  if (!xml.startsWith('<?xml version="1.0" encoding="UTF-8"?>')) return ['no XML declaration'];
  const root = readCxml(xml);
  return [...(root.name === 'Response' ? [] : [`<${root.name}> is no document`]), ...problemsOf(root)];
}

function problemsOf(element: ReadElement): string[] {
  const { name, attributes, children } = element;
  const shape = shapeOf(name);
  if (shape === undefined) return [`<${name}> is not documented`];
  const problems: string[] = [];
  for (const [attribute, value] of Object.entries(attributes)) {
    const kind = shape.attributes[attribute];
    if (kind === undefined) problems.push(`<${name} ${attribute}> is not documented`);
    else if (!isOfKind(kind, value)) problems.push(`<${name} ${attribute}="${value}"> is not ${String(kind)}`);
  }
  for (const child of children) {
    if (typeof child === 'string') {
      if (!shape.hasText) problems.push(`<${name}> holds text: ${child}`);
    } else {
      if (!shape.children.includes(child.name)) problems.push(`<${name}> holds <${child.name}>`);
      problems.push(...problemsOf(child));
    }
  }
  return problems;
}

function isOfKind(kind: string | readonly string[], value: string): boolean {
  switch (kind) {
    case 'text':
      return true;
    case 'boolean':
      return value === 'true' || value === 'false';
    case 'integer':
      return /^[0-9]+$/.test(value);
    case 'number':
      return value.trim() !== '' && Number.isFinite(Number(value));
    default:
      return kind.includes(value);
  }
}
