import { describe, expect, it } from 'vitest';
import { type DecodeOptions, decodePdu } from '../../../src/modem/pdu/decode.ts';

const DELIVER = '07911326040000F0040B911346610089F60000208062917314480CC8F71D14969741F977FD07';
const BARE = DELIVER.slice(16);

function read(hex: string, options?: DecodeOptions) {
  const result = decodePdu(hex, options);
  if (!result.ok) throw new Error(result.error.message);
  return result.pdu;
}

function errorOf(hex: string, options?: DecodeOptions): string {
  const result = decodePdu(hex, options);
  return result.ok ? 'ok' : result.error.code;
}

describe('errors', () => {
  it.each([
    ['an empty string', '', 'pdu.empty'],
    ['a half octet', '0', 'pdu.not_hex'],
    ['a letter beyond F', '0G', 'pdu.not_hex'],
    ['a full-width digit', '００', 'pdu.not_hex'],
    ['a megabyte of digits', '0'.repeat(1_000_000), 'pdu.too_long'],
    ['a PDU cut inside its text', DELIVER.slice(0, -2), 'pdu.truncated'],
    [
      'an address of 21 digits',
      '000415911346610089F60000208062917314480CC8F71D14969741F977FD07',
      'pdu.address_too_long',
    ],
    ['a header longer than its text', '0044048121430000623090807060400109', 'pdu.header_overrun'],
  ])('%s', (_, hex, code) => {
    expect(errorOf(hex)).toBe(code);
  });

  it('name the field that is cut', () => {
    const result = decodePdu(DELIVER.slice(0, 40));
    expect(result).toEqual({
      ok: false,
      error: expect.objectContaining({ message: expect.stringContaining('TP-SCTS') }),
    });
  });
});

describe('the service centre field', () => {
  it('is found missing when only the bare TPDU can be read', () => {
    const pdu = read(BARE);
    expect(pdu).toMatchObject({ smsc: null, repairs: ['smsc_missing'], userData: { text: 'How are you?' } });
  });

  it('is not looked for when the caller knows that it is absent', () => {
    expect(read(BARE, { smsc: false }).repairs).toEqual([]);
  });

  it('is believed when the PDU can be read with it', () => {
    expect(read(DELIVER)).toMatchObject({ smsc: { number: '+31624000000' }, repairs: [] });
  });

  it('missing is no explanation for a damaged PDU: nothing may be left over', () => {
    expect(errorOf(`${BARE}00`)).not.toBe('ok');
  });
});

describe('the direction', () => {
  const submit = '0021000C91346610325476000010D7B2FC07AA813665D086F75E6F7C';

  it('is told by the type bits when it is not given', () => {
    expect(read(submit).type).toBe('submit');
    expect(read(DELIVER).type).toBe('deliver');
  });

  it('that contradicts the type bits is an error', () => {
    expect(errorOf(submit, { direction: 'deliver' })).toBe('pdu.type_mismatch');
    expect(errorOf(DELIVER, { direction: 'status-report' })).toBe('pdu.type_mismatch');
  });

  it.each([1, 3])('inbound reads type bits %i as DELIVER, as networks send them', (bits) => {
    const hex = DELIVER.replace('F004', `F00${4 | bits}`);
    expect(read(hex, { direction: 'inbound' }).type).toBe('deliver');
  });

  it('inbound still knows a status report', () => {
    const report = '0591346610320607 0C91346610325476 62309030226040 62309030226040 22'.replaceAll(' ', '');
    expect(read(report, { direction: 'inbound' })).toMatchObject({ type: 'status-report', outcome: 'pending' });
  });

  it('the reserved type bits 11 read as DELIVER', () => {
    expect(read(DELIVER.replace('F004', 'F007')).type).toBe('deliver');
  });
});

describe('lenient reading', () => {
  it('returns the text that is there and says that more was announced', () => {
    const pdu = read(DELIVER.slice(0, -4), { lenient: true });
    expect(pdu).toMatchObject({ repairs: ['user_data_cut'], userData: { text: 'How are yo' } });
  });

  it('overlooks half an octet at the end', () => {
    expect(read(`${DELIVER}0`, { lenient: true })).toMatchObject({
      repairs: ['odd_digits'],
      userData: { text: 'How are you?' },
    });
  });

  it('reads everything as text when the header does not fit', () => {
    const pdu = read('0044048121430008623090807060400204', { lenient: true });
    expect(pdu.repairs).toEqual(['user_data_cut', 'header_overrun']);
  });

  it('leaves a PDU without blemish without a repair', () => {
    expect(read(DELIVER, { lenient: true }).repairs).toEqual([]);
  });

  it('does not invent the fields before the text', () => {
    expect(errorOf(DELIVER.slice(0, 40), { lenient: true })).toBe('pdu.truncated');
  });
});

describe('status reports', () => {
  const head = '0006070C913466103254766230903022604062309030226040';

  it('ignore the padding of a SIM behind the status', () => {
    expect(read(`${head}00${'FF'.repeat(130)}`)).toMatchObject({ status: 0, pid: null, userData: null });
  });

  it('read the optional part when it is whole', () => {
    expect(read(`${head}000740000131`)).toMatchObject({ pid: 0x40, userData: { text: '1' } });
  });

  it('keep impossible times as octets', () => {
    const pdu = read('0006070C91346610325476FFFFFFFFFFFFFF6230903022604000');
    expect(pdu).toMatchObject({ serviceCentreTime: null, dischargeTime: '2026-03-09T03:22:06+01:00' });
  });
});
