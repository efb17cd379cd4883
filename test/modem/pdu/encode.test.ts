import { describe, expect, it } from 'vitest';
import { dataCodingFor } from '../../../src/modem/pdu/data-coding.ts';
import { decodePdu } from '../../../src/modem/pdu/decode.ts';
import { encodeDeliver } from '../../../src/modem/pdu/deliver.ts';
import { encodeSubmit } from '../../../src/modem/pdu/encode-submit.ts';
import type { Pdu } from '../../../src/modem/pdu/pdu.ts';
import { encodeStatusReport } from '../../../src/modem/pdu/status-report.ts';
import { nationalElements } from '../../../src/modem/pdu/user-data-header.ts';

const TO = '+436601234567';
const AT = '2026-11-20T18:00:00+02:00';

function read(hex: string): Pdu {
  const result = decodePdu(hex);
  if (!result.ok) throw new Error(result.error.message);
  return result.pdu;
}

function codeOf(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
  return undefined;
}

describe('encodeSubmit', () => {
  it('writes the worked example and the length AT+CMGS wants', () => {
    const message = encodeSubmit({ to: TO, text: 'Wer? 5 € [ok]', statusReport: true });
    expect(message).toEqual({
      encoding: 'gsm7',
      validity: null,
      slices: [
        {
          pdu: '0021000C91346610325476000010D7B2FC07AA813665D086F75E6F7C',
          tpduLength: 27,
          sequence: 1,
          total: 1,
          text: 'Wer? 5 € [ok]',
        },
      ],
    });
  });

  it('all slices carry the reference, the report request and the validity', () => {
    const { slices } = encodeSubmit({
      to: TO,
      text: 'x'.repeat(400),
      concatReference: 200,
      statusReport: true,
      validityMinutes: 1440,
    });
    const pdus = slices.map((slice) => read(slice.pdu));
    expect(pdus).toHaveLength(3);
    pdus.forEach((pdu, index) => {
      expect(pdu).toMatchObject({
        statusReportRequest: true,
        validity: { value: 167 },
        userData: { header: { concat: { reference: 200, total: 3, sequence: index + 1, width: 8 } } },
      });
    });
  });

  it('a text that fits into one carries no reference', () => {
    expect(read(encodeSubmit({ to: TO, text: 'x', concatReference: 9 }).slices[0]?.pdu ?? '')).toMatchObject({
      userData: { header: { length: 0, concat: null } },
    });
  });

  it('a full slice with an 8 bit reference is 140 octets of user data', () => {
    const [slice] = encodeSubmit({ to: TO, text: 'x'.repeat(306) }).slices;
    const pdu = read(slice?.pdu ?? '');
    expect(pdu.userData?.octets).toHaveLength(140);
    expect(slice?.tpduLength).toBe((slice?.pdu.length ?? 0) / 2 - 1);
  });

  it.each([
    ['flash in GSM 7-bit', 'x', 0x10],
    ['flash in UCS-2', 'ж', 0x18],
  ])('%s', (_, text, value) => {
    expect(read(encodeSubmit({ to: TO, text, messageClass: 0 }).slices[0]?.pdu ?? '')).toMatchObject({
      coding: { value, messageClass: 0 },
    });
  });

  it('says which validity it really sends', () => {
    expect(encodeSubmit({ to: TO, text: '', validityMinutes: 1500 }).validity).toMatchObject({ minutes: 1440 });
    expect(encodeSubmit({ to: TO, text: '', validUntil: AT }).validity).toMatchObject({
      format: 'absolute',
      until: AT,
    });
  });

  it.each([
    ['a name', { to: 'MyBank', text: '' }, 'pdu.recipient_invalid'],
    ['a reference beyond 8 bits', { to: TO, text: '', concatReference: 256 }, 'pdu.reference_invalid'],
    ['a fraction', { to: TO, text: '', concatReference: 1.5 }, 'pdu.reference_invalid'],
    ['a reference beyond 16 bits', { to: TO, text: '', concatReference: 65_536, width: 16 }, 'pdu.reference_invalid'],
    ['too long a text', { to: TO, text: 'x'.repeat(39_016) }, 'pdu.text_too_long'],
    ['GSM 7-bit forced', { to: TO, text: 'ж', encoding: 'gsm7' }, 'pdu.text_not_gsm7'],
    ['no validity', { to: TO, text: '', validityMinutes: 0 }, 'pdu.validity_invalid'],
  ] as const)('refuses %s', (_, message, code) => {
    expect(codeOf(() => encodeSubmit(message))).toBe(code);
  });
});

describe('the PDUs a network sends', () => {
  it('a DELIVER says what was put into it', () => {
    const hex = encodeDeliver({ smsc: '+43660000000', from: 'MyBank', text: 'Grüß Gott, ç', timestamp: AT });
    expect(read(hex)).toMatchObject({
      type: 'deliver',
      smsc: { number: '+43660000000' },
      address: { number: 'MyBank', type: 'alphanumeric' },
      coding: { encoding: 'ucs2' },
      timestamp: AT,
      moreMessages: false,
      userData: { text: 'Grüß Gott, ç' },
    });
  });

  it('a header without text fills its last septet, so that it can be read again', () => {
    const hex = encodeDeliver({ from: TO, timestamp: AT, header: [{ id: 1, data: Uint8Array.of(0x80, 1) }], text: '' });
    expect(read(hex)).toMatchObject({ userData: { text: '', header: { length: 5 } }, repairs: [] });
  });

  it('national tables are used when the header announces them', () => {
    const header = nationalElements(1, 1);
    const hex = encodeDeliver({ from: TO, timestamp: AT, coding: dataCodingFor('gsm7'), header, text: 'İşĞç' });
    expect(read(hex)).toMatchObject({ coding: { encoding: 'gsm7' }, userData: { text: 'İşĞç' } });
  });

  it('an impossible time can be played', () => {
    const hex = encodeDeliver({ from: TO, timestamp: new Uint8Array(7).fill(0xff), text: '' });
    expect(read(hex)).toMatchObject({ timestamp: null, timestampOctets: new Uint8Array(7).fill(0xff) });
  });

  it('refuses more than one message holds', () => {
    const content = { from: TO, timestamp: AT };
    expect(codeOf(() => encodeDeliver({ ...content, text: 'x'.repeat(161) }))).toBe('pdu.user_data_too_long');
    expect(codeOf(() => encodeDeliver({ ...content, text: 'ж'.repeat(71) }))).toBe('pdu.user_data_too_long');
  });

  it('a STATUS-REPORT says what was put into it', () => {
    const hex = encodeStatusReport({
      reference: 77,
      recipient: TO,
      serviceCentreTime: AT,
      dischargeTime: AT,
      status: 0x46,
    });
    expect(read(hex)).toMatchObject({
      type: 'status-report',
      reference: 77,
      recipient: { number: TO },
      serviceCentreTime: AT,
      dischargeTime: AT,
      status: 0x46,
      outcome: 'failed',
      userData: null,
    });
  });
});
