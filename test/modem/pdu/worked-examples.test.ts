import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decodePdu } from '../../../src/modem/pdu/decode.ts';
import { pduToJson } from '../../../src/modem/pdu/json.ts';

interface Example {
  readonly name: string;
  readonly pdu: string;
  readonly json: unknown;
}

const file = new URL('../../fixtures/pdu/worked-examples.json', import.meta.url);
const examples = JSON.parse(readFileSync(file, 'utf8')) as readonly Example[];

describe('worked examples, put together by hand', () => {
  it.each(examples)('$name', ({ pdu, json }) => {
    const result = decodePdu(pdu);
    expect(result.ok ? pduToJson(result.pdu) : result).toEqual(json);
  });

  it('are there', () => {
    expect(examples.length).toBeGreaterThanOrEqual(8);
  });
});
