import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../../src/core/bytes.ts';
import { addressOf, readAddress, writeAddress } from '../../../src/modem/pdu/address.ts';
import { dataCodingFor, dataCodingOf } from '../../../src/modem/pdu/data-coding.ts';
import { deliveryStatusOf, outcomeOf } from '../../../src/modem/pdu/delivery-status.ts';
import { OctetReader } from '../../../src/modem/pdu/reader.ts';
import { recipientAddress } from '../../../src/modem/pdu/recipient.ts';
import { readServiceCentre, writeServiceCentre } from '../../../src/modem/pdu/service-centre.ts';
import { timestampOctets, timestampOf } from '../../../src/modem/pdu/timestamp.ts';
import { relativeMinutes, relativeValidity } from '../../../src/modem/pdu/validity.ts';
import { OctetWriter } from '../../../src/modem/pdu/writer.ts';

const octets = (hex: string): Uint8Array => fromHex(hex) ?? new Uint8Array();

describe('addresses', () => {
  it.each([
    ['international', '0C91346610325476', '+436601234567', 'international'],
    ['odd number of digits', '05912143F5', '+12345', 'international'],
    ['short code', '04812143', '1234', 'unknown'],
    ['national, no plus', '04A12143', '1234', 'national'],
    ['operator-specific type C8', '04C82143', '1234', 'unknown'],
    ['star, hash and letters', '0581BADCFE', '*#abc', 'unknown'],
    ['nothing but a type', '0081', '', 'unknown'],
    ['name', '0BD0CDBC30EC5E03', 'MyBank', 'alphanumeric'],
    ['name of seven, length rounded up to octets', '0ED04F78D92D9C0E01', 'OpenBSC', 'alphanumeric'],
    ['name of eight', '0ED0D637396C7EBBCB', 'Vodafone', 'alphanumeric'],
  ])('%s', (_, hex, number, type) => {
    const address = readAddress(new OctetReader(octets(hex)), 'TP-OA');
    expect(address).toMatchObject({ number, type });
  });

  it('write back to the octets they came from', () => {
    for (const hex of ['0C91346610325476', '04812143', '04A12143', '0BD0CDBC30EC5E03', '0081']) {
      const writer = new OctetWriter();
      writeAddress(writer, readAddress(new OctetReader(octets(hex)), 'TP-OA'));
      expect(writer.toHex()).toBe(hex);
    }
  });

  it.each(['+123456789012345678901', 'twelve chars', 'Жук'])('refuse %s', (number) => {
    expect(() => writeAddress(new OctetWriter(), addressOf(number))).toThrowError(
      expect.objectContaining({ code: 'pdu.address_invalid' }),
    );
  });
});

describe('recipients', () => {
  it.each([
    ['+436601234567', 'international', 0x91],
    ['0660123', 'unknown', 0x81],
    ['00436601234567', 'unknown', 0x81],
    ['*101#', 'unknown', 0x81],
  ])('%s is %s', (to, type, typeOctet) => {
    expect(recipientAddress(to)).toEqual({ number: to, type, typeOctet });
  });

  it.each(['', '+', 'MyBank', '+43 660', '+43*1', '1'.repeat(21), '+१२३', '１２'])('%s cannot receive', (to) => {
    expect(() => recipientAddress(to)).toThrowError(expect.objectContaining({ code: 'pdu.recipient_invalid' }));
  });
});

describe('the service centre field', () => {
  it.each([
    ['00', null],
    ['07911326040000F0', '+31624000000'],
    ['03812143', '1234'],
    ['0181', ''],
  ])('%s', (hex, number) => {
    const smsc = readServiceCentre(new OctetReader(octets(hex)));
    expect(smsc?.number ?? null).toBe(number);
    const writer = new OctetWriter();
    writeServiceCentre(writer, smsc);
    expect(writer.toHex()).toBe(hex);
  });

  it.each(['Vodafone', '+123456789012345678901'])('%s is no service centre', (smsc) => {
    expect(() => writeServiceCentre(new OctetWriter(), smsc)).toThrowError(
      expect.objectContaining({ code: 'pdu.address_invalid' }),
    );
  });

  it('longer than any address fails', () => {
    const reader = new OctetReader(octets(`0C91${'11'.repeat(11)}`));
    readServiceCentre(reader);
    expect(reader.failure?.code).toBe('pdu.address_too_long');
  });
});

describe('timestamps', () => {
  it.each([
    ['62309080706049', '2026-03-09T08:07:06-03:30'],
    ['62309080706032', '2026-03-09T08:07:06+05:45'],
    ['62309080706040', '2026-03-09T08:07:06+01:00'],
    ['42209200000000', '2024-02-29T00:00:00+00:00'],
    ['99211332959500', '2099-12-31T23:59:59+00:00'],
  ])('%s is %s, both ways', (hex, iso) => {
    expect(timestampOf(octets(hex))).toBe(iso);
    expect(toHex(timestampOctets(iso))).toBe(hex);
  });

  it.each([
    ['filler digits', 'FFFFFFFFFFFFFF'],
    ['month 0', '62009080706000'],
    ['month 13', '62319080706000'],
    ['day 0', '62300080706000'],
    ['day 31 in April', '62401380706000'],
    ['29 February of a common year', '62209200000000'],
    ['hour 24', '62309042706000'],
    ['minute 60', '62309080066000'],
    ['second 60', '62309080700600'],
    ['zone FF', '623090807060FF'],
    ['six octets', '623090807060'],
  ])('%s is no time', (_, hex) => {
    expect(timestampOf(octets(hex))).toBeNull();
  });

  it.each(['2026-02-30T00:00:00Z', '2026-11-20 18:00', 'now', '2026-11-20T18:00:00+20:00'])('%s is refused', (iso) => {
    expect(() => timestampOctets(iso)).toThrowError(expect.objectContaining({ code: 'pdu.timestamp_invalid' }));
  });

  it('UTC may be written Z, fractions are dropped', () => {
    expect(toHex(timestampOctets('2026-03-09T08:07:06.999Z'))).toBe('62309080706000');
  });
});

describe('relative validity', () => {
  it('every octet survives the way through minutes, unless a shorter unit says the same', () => {
    for (let value = 0; value <= 255; value += 1) {
      const back = relativeValidity(relativeMinutes(value));
      expect(back.minutes).toBe(relativeMinutes(value));
    }
  });

  it('never lasts longer than asked, and no expressible period lies between', () => {
    const periods = Array.from({ length: 256 }, (_, value) => relativeMinutes(value));
    for (let minutes = 5; minutes < 700_000; minutes += 97) {
      const best = Math.max(...periods.filter((period) => period <= minutes));
      expect(relativeValidity(minutes).minutes).toBe(best);
    }
  });

  it.each([0, -1, Number.NaN])('%d minutes are refused', (minutes) => {
    expect(() => relativeValidity(minutes)).toThrowError(expect.objectContaining({ code: 'pdu.validity_invalid' }));
  });
});

describe('data coding', () => {
  it.each([
    ['gsm7', undefined, 0x00],
    ['binary', undefined, 0x04],
    ['ucs2', undefined, 0x08],
    ['gsm7', 0, 0x10],
    ['ucs2', 0, 0x18],
    ['gsm7', 3, 0x13],
  ] as const)('%s with class %s is written and read', (encoding, messageClass, value) => {
    expect(dataCodingFor(encoding, messageClass).value).toBe(value);
    expect(dataCodingOf(value)).toMatchObject({ encoding, messageClass: messageClass ?? null });
  });

  it('F8 to FF are told by bit 2 in spite of the reserved bit', () => {
    expect(dataCodingOf(0xf9)).toMatchObject({ encoding: 'gsm7', messageClass: 1 });
    expect(dataCodingOf(0xfc)).toMatchObject({ encoding: 'binary', messageClass: 0 });
  });
});

describe('delivery status', () => {
  it.each([
    [0x00, 'delivered'],
    [0x1f, 'delivered'],
    [0x20, 'pending'],
    [0x3f, 'pending'],
    [0x40, 'failed'],
    [0x60, 'failed'],
    [0xff, 'failed'],
  ])('%i is %s', (status, outcome) => {
    expect(outcomeOf(status)).toBe(outcome);
  });

  it('has words for an operator, for reserved numbers too', () => {
    expect(deliveryStatusOf(0x46).meaning).toBe('validity period expired');
    expect(deliveryStatusOf(0x61).meaning).toBe('recipient busy');
    expect(deliveryStatusOf(0xa0).meaning).toBe('service centre gave up');
  });
});
