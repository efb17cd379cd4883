import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../../src/core/bytes.ts';
import { addressOf, readAddress, writeAddress } from '../../../src/modem/pdu/address.ts';
import { dataCodingOf } from '../../../src/modem/pdu/data-coding.ts';
import { decodePdu } from '../../../src/modem/pdu/decode.ts';
import { encodeDeliver } from '../../../src/modem/pdu/deliver.ts';
import { outcomeOf } from '../../../src/modem/pdu/delivery-status.ts';
import { decodeGsm7, encodeGsm7, nationalAlphabet } from '../../../src/modem/pdu/gsm7.ts';
import type { DeliverPdu, Pdu } from '../../../src/modem/pdu/pdu.ts';
import { previewText } from '../../../src/modem/pdu/preview.ts';
import { OctetReader } from '../../../src/modem/pdu/reader.ts';
import { joinSlices, sliceKey } from '../../../src/modem/pdu/reassemble.ts';
import { segmentText } from '../../../src/modem/pdu/segment.ts';
import { packSeptets, unpackSeptets } from '../../../src/modem/pdu/septets.ts';
import { readServiceCentre, writeServiceCentre } from '../../../src/modem/pdu/service-centre.ts';
import { encodeStatusReport } from '../../../src/modem/pdu/status-report.ts';
import { encodeSubmitTpdu } from '../../../src/modem/pdu/submit.ts';
import { timestampOctets, timestampOf } from '../../../src/modem/pdu/timestamp.ts';
import { bodyOf } from '../../../src/modem/pdu/user-data.ts';
import { concatElement, headerOctets, meaningOf, portsElement } from '../../../src/modem/pdu/user-data-header.ts';
import { relativeMinutes, relativeValidity } from '../../../src/modem/pdu/validity.ts';
import { OctetWriter } from '../../../src/modem/pdu/writer.ts';
import { type Expected, hasVectors, PDU_FILES, type PduRow, rowsOf } from './vectors.ts';

/** Rows whose damage a tolerant decoder may overlook; their own notes say so, and why. */
const ACCEPTED_DAMAGE: ReadonlyMap<string, string> = new Map([
  ['invalid-019', 'only the optional part of a report is cut; the mandatory fields are whole'],
  ['invalid-020', 'as 019'],
  ['invalid-021', 'as 019'],
]);

/** Rows marked "both" whose octets say more than the values beside them. */
const NOT_ENCODABLE: ReadonlyMap<string, string> = new Map([
  ['warthog618-sms-011', 'the six spare bits after its last septet are not zero, as 23.040 9.1.2.3 wants them'],
]);

/** Keys that restate another one: lengths, and the languages that the header octets name. */
const RESTATED: ReadonlySet<string> = new Set(['udl', 'septets', 'locking_shift', 'single_shift']);

if (!hasVectors) console.warn('vectors of other projects: skipped, ../shared/vectors/pdu is not there');

describe.skipIf(!hasVectors)('vectors of other projects', () => {
  it('every complete PDU reads as its source says', () => {
    const problems: string[] = [];
    let checked = 0;
    for (const file of PDU_FILES) {
      for (const row of rowsOf<PduRow>(file)) {
        checked += 1;
        const result = decodePdu(row.pdu, {
          smsc: row.smsc_included,
          direction: row.direction,
          lenient: row.op === 'lenient',
        });
        if (!result.ok) problems.push(`${row.id}: ${result.error.message}`);
        else problems.push(...differences(row, result.pdu));
      }
    }
    expect(problems).toEqual([]);
    sawAtLeast(427, checked, 'complete PDUs read');
  });

  it('every PDU marked "both" is encoded to the same octets', () => {
    const problems: string[] = [];
    let checked = 0;
    for (const file of PDU_FILES) {
      for (const row of rowsOf<PduRow>(file)) {
        if (row.op !== 'both' || NOT_ENCODABLE.has(row.id)) continue;
        checked += 1;
        const result = decodePdu(row.pdu, { smsc: row.smsc_included, direction: row.direction });
        if (!result.ok) problems.push(`${row.id}: ${result.error.message}`);
        else {
          const hex = encodeAgain(result.pdu, row.expected);
          const expected = row.smsc_included ? row.pdu : `00${row.pdu}`;
          if (hex !== expected) problems.push(`${row.id}: ${hex}\n${' '.repeat(row.id.length)}  ${expected}`);
        }
      }
    }
    expect(problems).toEqual([]);
    sawAtLeast(164, checked, 'complete PDUs written');
  });

  it('damaged PDUs are errors, never exceptions', () => {
    const rows = rowsOf<PduRow>('invalid');
    const accepted = rows
      .filter((row) => decodePdu(row.pdu, { smsc: row.smsc_included, direction: row.direction }).ok)
      .map((row) => row.id);
    expect(accepted).toEqual([...ACCEPTED_DAMAGE.keys()]);
    for (const row of rows) expect(() => decodePdu(row.pdu, { lenient: true })).not.toThrow();
    sawAtLeast(45, rows.length, 'damaged PDUs');
  });

  it('septets pack and unpack with any fill bits', () => {
    interface SeptetRow {
      readonly op: 'both' | 'decode';
      readonly text: string;
      readonly packed: string;
      readonly fill_bits: number;
      readonly septet_count: number;
      readonly locking?: number;
      readonly single?: number;
    }
    const rows = rowsOf<SeptetRow>('septets');
    for (const row of rows) {
      const alphabet = nationalAlphabet(row.locking ?? 0, row.single ?? 0);
      const septets = unpackSeptets(octetsOf(row.packed), row.septet_count, row.fill_bits);
      expect(decodeGsm7(septets, alphabet), row.packed).toBe(row.text);
      if (row.op === 'decode') continue;
      const packed = packSeptets(encodeGsm7(row.text, alphabet) ?? [], row.fill_bits);
      expect(toHex(Uint8Array.from(packed)), row.text).toBe(row.packed);
    }
    sawAtLeast(79, rows.length, 'septet rows');
  });

  it('addresses, times, validity and header elements agree', () => {
    const rows = rowsOf<FieldRow>('fields');
    const problems = rows.flatMap((row) => (fieldAgrees(row) ? [] : [row.id]));
    expect(problems).toEqual([]);
    sawAtLeast(76, rows.length, 'field rows');
  });

  it('texts take the alphabet and the number of slices they should', () => {
    interface SegmentRow {
      readonly id: string;
      readonly text?: string;
      readonly repeat?: readonly (readonly [string, number])[];
      readonly encoding: 'gsm7' | 'ucs2';
      readonly parts: number | null;
      readonly ref_bits?: 8 | 16;
      readonly force?: 'ucs2';
      readonly split?: readonly string[];
      readonly units?: number;
    }
    const rows = rowsOf<SegmentRow>('segmentation');
    for (const row of rows) {
      const text = row.text ?? (row.repeat ?? []).map(([piece, times]) => piece.repeat(times)).join('');
      const options = { width: row.ref_bits ?? 8, encoding: row.force ?? 'auto' } as const;
      if (row.parts === null) {
        expect(() => segmentText(text, options), row.id).toThrow(/255 slices/);
        continue;
      }
      const { encoding, slices } = segmentText(text, options);
      expect({ encoding, parts: slices.length }, row.id).toEqual({ encoding: row.encoding, parts: row.parts });
      expect(slices.join(''), row.id).toBe(text);
      if (row.split !== undefined) expect(slices, row.id).toEqual(row.split);
      if (row.units !== undefined) expect(previewText(text, options).units, row.id).toBe(row.units);
    }
    sawAtLeast(42, rows.length, 'segmentation rows');
  });

  it('every TP-DCS means what the independent table says', () => {
    interface DcsRow {
      readonly dcs: number;
      readonly alphabet: 'gsm7' | '8bit' | 'ucs2';
      readonly message_class: number | null;
      readonly flags: {
        readonly compressed?: boolean;
        readonly auto_delete?: boolean;
        readonly mwi?: { readonly store: boolean; readonly active: boolean; readonly kind: string };
      };
    }
    const rows = rowsOf<DcsRow>('dcs');
    for (const row of rows) {
      expect(dataCodingOf(row.dcs), `DCS ${row.dcs}`).toEqual({
        value: row.dcs,
        encoding: row.alphabet === '8bit' ? 'binary' : row.alphabet,
        messageClass: row.message_class,
        compressed: row.flags.compressed ?? false,
        autoDelete: row.flags.auto_delete ?? false,
        messageWaiting: row.flags.mwi ?? null,
      });
    }
    sawAtLeast(256, rows.length, 'TP-DCS values');
  });

  it('every TP-ST has the outcome of its group', () => {
    const outcomes: Readonly<Record<string, string>> = {
      completed: 'delivered',
      'temporary, SC still trying': 'pending',
      'permanent, SC gave up': 'failed',
      'temporary, SC gave up': 'failed',
      reserved: 'failed',
    };
    const rows = rowsOf<{ readonly st: number; readonly group_23040: string }>('status');
    for (const row of rows) expect(outcomeOf(row.st), `ST ${row.st}`).toBe(outcomes[row.group_23040]);
    sawAtLeast(256, rows.length, 'TP-ST values');
  });

  it('slices join to the messages they came from', () => {
    interface JoinRow {
      readonly id: string;
      readonly pdus: readonly string[];
      readonly pdus_after?: readonly string[];
      readonly messages: readonly string[] | null;
      readonly pending: null | 'either' | readonly { readonly have: readonly number[]; readonly total: number }[];
    }
    const rows = rowsOf<JoinRow>('reassembly');
    for (const row of rows) {
      const { messages, pending } = collect(row.pdus_after ?? row.pdus);
      // Null: the element is to be ignored, and the slice stands alone.
      expect(messages, row.id).toEqual(row.messages ?? ['odd']);
      if (row.pending === 'either') continue;
      const expected = (row.pending ?? []).map(({ have, total }) => ({ have, total }));
      expect(pending, row.id).toEqual(expected);
    }
    sawAtLeast(26, rows.length, 'reassembly rows');
  });
});

/** Says how much was looked at, and fails when it is less than there is: a check of nothing passes otherwise. */
function sawAtLeast(floor: number, count: number, what: string): void {
  console.info(`${count} ${what} checked`);
  expect(count).toBeGreaterThanOrEqual(floor);
}

/** A minimal collector: what the messaging domain does with a database, without time. */
function collect(pdus: readonly string[]) {
  const sets = new Map<string, DeliverPdu[]>();
  const messages: string[] = [];
  for (const hex of pdus) {
    const result = decodePdu(hex, { direction: 'inbound' });
    if (!result.ok || result.pdu.type !== 'deliver') throw new Error(`no DELIVER: ${hex}`);
    const key = sliceKey(result.pdu);
    const slices = [...(sets.get(key ?? '') ?? []), result.pdu];
    const joined = joinSlices(key === null ? [result.pdu] : slices);
    if (joined.missing.length === 0) {
      messages.push(joined.text ?? '');
      sets.delete(key ?? '');
    } else if (key !== null) sets.set(key, slices);
  }
  const pending = [...sets.values()].map((slices) => {
    const { total, missing } = joinSlices(slices);
    return { have: Array.from({ length: total }, (_, i) => i + 1).filter((i) => !missing.includes(i)), total };
  });
  return { messages, pending };
}

/** Every key of the row against our reading, as sentences. */
function differences(row: PduRow, pdu: Pdu): readonly string[] {
  const { expected } = row;
  const actual = asExpected(pdu, row);
  const keys = Object.keys(expected) as (keyof Expected)[];
  return keys
    .filter((key) => !RESTATED.has(key) && JSON.stringify(actual[key]) !== JSON.stringify(expected[key]))
    .map((key) => `${row.id} ${key}: ${JSON.stringify(actual[key])}, expected ${JSON.stringify(expected[key])}`);
}

function asExpected(pdu: Pdu, row: PduRow): Expected {
  const { userData, coding } = pdu;
  const address = pdu.type === 'deliver' ? pdu.address : pdu.type === 'submit' ? pdu.destination : pdu.recipient;
  const header = userData?.header;
  const forced = row.force_tables;
  const text =
    forced !== undefined && userData
      ? decodeGsm7(
          unpackSeptets(userData.octets, row.expected.udl ?? 0),
          nationalAlphabet(forced.locking, forced.single),
        )
      : userData?.text;
  const raw = octetsOf(row.pdu.length % 2 === 0 ? row.pdu : row.pdu.slice(0, -1));
  return {
    smsc: pdu.smsc?.number ?? null,
    tpdu_length: raw.length - (row.smsc_included ? 1 + (raw[0] ?? 0) : 0),
    address: address.number,
    toa: address.typeOctet,
    ...(pdu.pid === null ? {} : { pid: pdu.pid }),
    ...(coding === null ? {} : { dcs: coding.value }),
    ...(coding === null ? {} : { encoding: coding.encoding === 'binary' ? '8bit' : coding.encoding }),
    ...(coding?.messageClass == null ? {} : { class: coding.messageClass }),
    ...(text == null ? {} : { text }),
    ...(userData && text === null ? { data: toHex(bodyOf(userData)) } : {}),
    ...(header && header.length > 0 ? { udh: toHex(userData.octets.subarray(0, header.length)) } : {}),
    ...(header?.concat
      ? {
          concat: {
            ref: header.concat.reference,
            total: header.concat.total,
            seq: header.concat.sequence,
            bits: header.concat.width,
          },
        }
      : {}),
    ...(header?.ports
      ? { ports: { dst: header.ports.destination, src: header.ports.source, bits: header.ports.width } }
      : {}),
    ...timesOf(pdu),
  };
}

function timesOf(pdu: Pdu): Expected {
  switch (pdu.type) {
    case 'deliver':
      return { timestamp: pdu.timestamp ?? '', timestamp_hex: toHex(pdu.timestampOctets) };
    case 'submit':
      return {
        mr: pdu.reference,
        srr: pdu.statusReportRequest,
        rd: pdu.rejectDuplicates,
        ...(pdu.validity === null ? {} : { vp: validityOf(pdu) }),
      };
    case 'status-report':
      return {
        mr: pdu.reference,
        status: pdu.status,
        timestamp: pdu.serviceCentreTime ?? '',
        timestamp_hex: toHex(pdu.serviceCentreTimeOctets),
        discharge: pdu.dischargeTime ?? '',
        discharge_hex: toHex(pdu.dischargeTimeOctets),
      };
  }
}

function validityOf(pdu: Pdu & { readonly type: 'submit' }): NonNullable<Expected['vp']> {
  switch (pdu.validity?.format) {
    case 'relative':
      return { relative: pdu.validity.value, minutes: pdu.validity.minutes };
    case 'absolute':
      return { absolute: pdu.validity.until ?? '' };
    case 'enhanced':
      return { enhanced: toHex(pdu.validity.octets) };
    case undefined:
      return {};
  }
}

/** Encodes from the values that the row expects; flags it does not name are those that were read. */
function encodeAgain(pdu: Pdu, expected: Expected): string {
  const address = addressOf(expected.address ?? '', expected.toa);
  const smsc = expected.smsc ?? null;
  const header = pdu.userData?.header.elements ?? [];
  const content = {
    ...(expected.text === undefined ? {} : { text: expected.text }),
    ...(expected.data === undefined ? {} : { data: octetsOf(expected.data) }),
    header,
  };
  switch (pdu.type) {
    case 'deliver':
      return encodeDeliver({
        ...content,
        smsc,
        from: address,
        timestamp: expected.timestamp ?? '',
        pid: expected.pid ?? 0,
        coding: dataCodingOf(expected.dcs ?? 0),
        moreMessages: pdu.moreMessages,
        statusReportIndication: pdu.statusReportIndication,
        replyPath: pdu.replyPath,
      });
    case 'submit':
      return encodeSubmitTpdu({
        ...content,
        smsc,
        reference: expected.mr ?? 0,
        destination: address,
        pid: expected.pid ?? 0,
        coding: dataCodingOf(expected.dcs ?? 0),
        validity: expected.vp?.minutes === undefined ? pdu.validity : relativeValidity(expected.vp.minutes),
        rejectDuplicates: expected.rd ?? false,
        statusReportRequest: expected.srr ?? false,
        replyPath: pdu.replyPath,
      }).pdu;
    case 'status-report':
      return encodeStatusReport({
        ...content,
        smsc,
        reference: expected.mr ?? 0,
        recipient: address,
        serviceCentreTime: expected.timestamp ?? '',
        dischargeTime: expected.discharge ?? '',
        status: expected.status ?? 0,
        moreMessages: pdu.moreMessages,
        ofCommand: pdu.ofCommand,
        ...(expected.pid === undefined ? {} : { pid: expected.pid }),
        ...(expected.dcs === undefined ? {} : { coding: dataCodingOf(expected.dcs) }),
      });
  }
}

interface FieldRow {
  readonly id: string;
  readonly field: 'address' | 'smsc' | 'timestamp' | 'relative_validity' | 'ie_concat' | 'ie_port';
  readonly op: 'both' | 'encode' | 'decode';
  readonly text?: string;
  readonly hex?: string;
  readonly minutes?: number;
  readonly value?: number;
  readonly iso?: string;
  readonly ref?: number;
  readonly seq?: number;
  readonly total?: number;
  readonly dst?: number;
  readonly src?: number;
}

function fieldAgrees(row: FieldRow): boolean {
  const decodes = row.op !== 'encode';
  const encodes = row.op !== 'decode';
  const hex = row.hex ?? '';
  const octets = octetsOf(hex);
  const writer = new OctetWriter();
  switch (row.field) {
    case 'address':
      if (encodes) writeAddress(writer, addressOf(row.text ?? ''));
      return (
        (!encodes || writer.toHex() === hex) &&
        (!decodes || readAddress(new OctetReader(octets), 'TP-OA').number === row.text)
      );
    case 'smsc':
      writeServiceCentre(writer, row.text ?? null);
      return writer.toHex() === hex && readServiceCentre(new OctetReader(octets))?.number === row.text;
    case 'timestamp':
      return (
        (!encodes || toHex(timestampOctets(row.iso ?? '')) === hex) && (!decodes || timestampOf(octets) === row.iso)
      );
    case 'relative_validity':
      return (
        relativeValidity(row.minutes ?? 0).value === row.value &&
        (!decodes || relativeMinutes(row.value ?? 0) === row.minutes)
      );
    case 'ie_concat': {
      const width = octets[0] === 0 ? 8 : 16;
      const concat = { reference: row.ref ?? 0, total: row.total ?? 0, sequence: row.seq ?? 0, width } as const;
      const read = meaningOf([{ id: octets[0] ?? 0, data: octets.subarray(2) }]).concat;
      return (
        toHex(headerOctets([concatElement(concat)])).slice(2) === hex && JSON.stringify(read) === JSON.stringify(concat)
      );
    }
    case 'ie_port': {
      const width = octets[0] === 4 ? 8 : 16;
      const ports = { destination: row.dst ?? 0, source: row.src ?? 0, width } as const;
      const read = meaningOf([{ id: octets[0] ?? 0, data: octets.subarray(2) }]).ports;
      return (
        toHex(headerOctets([portsElement(ports)])).slice(2) === hex && JSON.stringify(read) === JSON.stringify(ports)
      );
    }
  }
}

function octetsOf(hex: string): Uint8Array {
  const octets = fromHex(hex);
  if (octets === undefined) throw new Error(`not hexadecimal: ${hex}`);
  return octets;
}
