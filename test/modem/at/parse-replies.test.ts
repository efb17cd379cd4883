import { describe, expect, it } from 'vitest';
import { indicationCandidates } from '../../../src/modem/at/indication-settings.ts';
import { parseMemoryGroups, parseMemoryUse } from '../../../src/modem/at/parse-memory.ts';
import { bestRegistration, parseRegistration, registrationState } from '../../../src/modem/at/parse-registration.ts';
import {
  parseDigits,
  parseIdentity,
  parseIndicationRanges,
  parseOperator,
  parsePinState,
  parsePinTries,
  parseReference,
  parseServiceCentre,
  parseSignalDbm,
} from '../../../src/modem/at/parse-replies.ts';
import { hasAnnouncedLength, parseList, parseRead } from '../../../src/modem/at/parse-storage.ts';
import { parseUrc, unglue } from '../../../src/modem/at/urc.ts';

const PDU = '0791448720003023240DD0E474D81C0EBB010000111011315214000BE474D81C0EBB5DE3771B';

describe('replies', () => {
  it.each([
    ['+CSQ: 20,0', -73],
    ['+CSQ: 0,99', -113],
    ['+CSQ: 31,0', -51],
    ['+CSQ: 99,99', undefined],
    ['+CSQ: 141,99', -75],
    ['+CSQ: 199,99', undefined],
    ['+CSQ:', undefined],
  ])('%s is %s dBm', (line, dbm) => {
    expect(parseSignalDbm([line])).toBe(dbm);
  });

  it.each([
    ['+COPS: 0,0,"Acme Mobile",7', 'Acme Mobile'],
    ['+COPS: 0,2,"26201"', '26201'],
    ['+COPS: 0', undefined],
    ['+COPS: 0,0,"a, b",2', 'a, b'],
  ])('%s names %s', (line, name) => {
    expect(parseOperator([line])).toBe(name);
  });

  it.each([
    ['+CSCA: "+447802092035",145', '+447802092035'],
    ['+CSCA: "6281100000",145', '6281100000'],
    ['+CSCA: 002B00390037003200350034003100320030003000330032,145', '+97254120032'],
    ['+CSCA: "",129', undefined],
    ['+CSCA: "1234",129', '1234'],
  ])('%s is %s', (line, number) => {
    expect(parseServiceCentre([line])).toBe(number);
  });

  it('reads the state of the PIN and the tries left', () => {
    expect(parsePinState(['+CPIN: "SIM PIN"'])).toBe('SIM PIN');
    expect(parsePinState(['+CPIN:READY'])).toBe('READY');
    expect(parsePinTries(['+CPINR: SIM PIN2,3,3', '+CPINR: SIM PIN,2,3'])).toBe(2);
    expect(parsePinTries(['+SPIC: 1,10,0,0'])).toBe(1);
    expect(parsePinTries([])).toBeUndefined();
  });

  it.each([
    ['+QPINC: "SC",2,10', 2],
    ['+QPINC: "P2",1,10', undefined],
    ['^CPIN: SIM PIN,2,10,2,10,3', 2],
    ['^CPIN: SIM PIN,,10,3,10,3', 3],
    ['+UPINCNT: 1,3,10,10', 1],
    ['#PCT: 3', 3],
    ['+CPINC: 2,3,10,10', 2],
    ['^SPIC: 2', 2],
    ['+ZPINPUK: 3,10,3,10', 3],
    ['+CSQ: 1,2', undefined],
  ])('reads the tries left for the PIN as makers tell them: %s', (line, tries) => {
    expect(parsePinTries([line])).toBe(tries);
  });

  it('reads the reference of a sent message', () => {
    expect(parseReference(['+CMGS: 255'])).toBe(255);
    expect(parseReference(['+CMGS: 0,"07..."'])).toBe(0);
    expect(parseReference(['+CMGS: 7garbage'])).toBe(7);
    expect(parseReference(['+CMGS: 999'])).toBeUndefined();
    expect(parseReference([])).toBeUndefined();
  });

  it('reads identities with and without prefix', () => {
    expect(parseIdentity(['+CGMI: "Acme"'])).toBe('Acme');
    expect(parseIdentity(['Quectel'])).toBe('Quectel');
    expect(parseIdentity([])).toBeUndefined();
    expect(parseDigits(['+CGSN: "490154203237518"'], 14, 17)).toBe('490154203237518');
    expect(parseDigits(['+CCID: 89882390000012345678F'], 18, 20)).toBe('89882390000012345678');
    expect(parseDigits(['no number'], 6, 15)).toBeUndefined();
  });
});

describe('memories', () => {
  it('reads usage with and without names, also separated by blanks', () => {
    expect(parseMemoryUse(['+CPMS: 1,20,2,30,3,40'])?.[0]).toEqual({ used: 1, total: 20 });
    expect(parseMemoryUse(['+CPMS: "SM",3,20,"ME",0,100,"SM",3,20'])?.map((use) => use.memory)).toEqual([
      'SM',
      'ME',
      'SM',
    ]);
    expect(parseMemoryUse(['+CPMS: 1 20 1 20 1 20'])?.[1]).toEqual({ used: 1, total: 20 });
    expect(parseMemoryUse(['+CPMS:'])).toBeUndefined();
  });

  it('keeps the place of empty groups', () => {
    expect(parseMemoryGroups(['+CPMS: ("SM"),,("ME","MT")'])).toEqual([['SM'], [], ['ME', 'MT']]);
    expect(parseMemoryGroups(['OK'])).toBeUndefined();
  });
});

describe('stored messages', () => {
  it.each([
    ['with empty alpha', '+CMGL: 3,1,,30'],
    ['with quoted alpha', '+CMGL: 3,1,"a, b",30'],
    ['without alpha', '+CMGL: 3,1,30'],
  ])('reads a list entry %s', (_name, header) => {
    expect(parseList([header, PDU.toLowerCase()])).toEqual([{ index: 3, stat: 1, length: 30, pdu: PDU }]);
  });

  it('reads a message without status (ZTE)', () => {
    expect(parseRead(['+CMGR: ,,30', PDU])).toEqual({ index: -1, length: 30, pdu: PDU });
  });

  it.each([[[]], [['+CMGR: 0,,0']], [['+CMGR: 0,,0', '']]])('takes %j for an empty slot', (lines) => {
    expect(parseRead(lines)).toBeUndefined();
  });

  it('leaves out an entry whose PDU is missing, and keeps the next', () => {
    expect(parseList(['+CMGL: 1,1,,30', '+CMGL: 2,1,,30', PDU]).map((entry) => entry.index)).toEqual([2]);
  });

  it('accepts a service-centre field of any length in front of the announced octets', () => {
    expect(hasAnnouncedLength(PDU, 30)).toBe(true);
    expect(hasAnnouncedLength(PDU.slice(16), 30)).toBe(true);
    expect(hasAnnouncedLength(PDU.slice(0, -2), 31)).toBe(true);
    expect(hasAnnouncedLength(PDU, 39)).toBe(false);
    expect(hasAnnouncedLength(PDU, 20)).toBe(false);
    expect(hasAnnouncedLength(PDU.slice(1), 30)).toBe(false);
  });
});

describe('registration', () => {
  it('tells an answer from an indication of the same name', () => {
    expect(parseRegistration('+CREG: 1')?.form).toBe('indication');
    expect(parseRegistration('+CREG: 2,1')?.form).toBe('read');
    expect(parseRegistration('+CREG: 1,"00C3","0000A2F1",7')?.form).toBe('indication');
    expect(parseRegistration('+CREG: x')).toBeUndefined();
  });

  it('counts the best of several domains', () => {
    expect(bestRegistration(['not-registered', 'home'])).toBe('home');
    expect(bestRegistration(['searching', 'roaming', 'denied'])).toBe('roaming');
    expect(bestRegistration([])).toBe('unknown');
    expect([1, 5, 6, 7, 9, 10].map(registrationState)).toEqual([
      'home',
      'roaming',
      'home',
      'roaming',
      'home',
      'roaming',
    ]);
  });
});

describe('indication settings', () => {
  it('tries reports routed, stored, none, in this order', () => {
    expect(indicationCandidates(undefined).slice(0, 3)).toEqual([
      [2, 1, 0, 1, 0],
      [2, 1, 0, 2, 0],
      [2, 1, 0, 0, 0],
    ]);
  });

  it.each([
    ['(2),(0-1,3),(0,2),(0-1),(0)', [2, 1, 0, 1, 0]],
    ['(0-2),(0-3),(0),(0,2),(0)', [2, 1, 0, 2, 0]],
    ['(0-3),(0-3),(0,2),(0,1),(1)', [2, 1, 0, 1, 1]],
    ['(3),(0,1),(0),(0,1),(0)', [3, 1, 0, 1, 0]],
    ['(9),(9),(9),(9),(9)', [2, 1, 0, 1, 0]],
  ])('begins with what %s allows', (ranges, setting) => {
    expect(indicationCandidates(parseIndicationRanges([`+CNMI: ${ranges}`]))[0]).toEqual(setting);
  });
});

describe('indications', () => {
  it.each([
    ['+CMTI: "SM",3', { kind: 'stored', memory: 'SM', index: 3, line: '+CMTI: "SM",3' }],
    ['+CMTI: "SM",4,"MMS PUSH",1', { kind: 'stored', memory: 'SM', index: 4, line: '+CMTI: "SM",4,"MMS PUSH",1' }],
    ['+CDSI: "SR",0', { kind: 'stored', memory: 'SR', index: 0, line: '+CDSI: "SR",0' }],
    ['+CMTI: "S', { kind: 'stored', line: '+CMTI: "S' }],
    ['RING', { kind: 'ring' }],
    ['+CRING: VOICE', { kind: 'ring' }],
    ['+CLIP: "123456789",129,,,,0', { kind: 'caller', number: '123456789' }],
    ['+CUSD: 0,"Balance, 3.00",15', { kind: 'ussd', mode: 0, text: 'Balance, 3.00', coding: 15 }],
    ['+CUSD: 2', { kind: 'ussd', mode: 2 }],
    ['RDY', { kind: 'boot', line: 'RDY' }],
    ['+CPIN: READY', { kind: 'boot', line: '+CPIN: READY' }],
    ['+QIND: SMS DONE', { kind: 'boot', line: '+QIND: SMS DONE' }],
    ['+WIND: 4', { kind: 'boot', line: '+WIND: 4' }],
    ['^SYSSTART', { kind: 'boot', line: '^SYSSTART' }],
    ['^SMMEMFULL:"SM"', { kind: 'memory-full', line: '^SMMEMFULL:"SM"' }],
    ['^RSSI:17', { kind: 'noise', line: '^RSSI:17' }],
    ['+QIND: "csq",20,99', { kind: 'noise', line: '+QIND: "csq",20,99' }],
    ['*PSUTTZ: 2026,11', { kind: 'noise', line: '*PSUTTZ: 2026,11' }],
  ])('%s is understood', (line, urc) => {
    expect(parseUrc(line)).toEqual(urc);
  });

  it('separates an indication that is glued to an answer', () => {
    expect(unglue('+CMGS: 12+CMTI: "SM",3')).toEqual(['+CMGS: 12', '+CMTI: "SM",3']);
    expect(unglue('OK+CDSI: "SM",1')).toEqual(['OK', '+CDSI: "SM",1']);
    expect(unglue('+CMTI: "SM",3')).toEqual(['+CMTI: "SM",3']);
  });
});
