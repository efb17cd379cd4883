import type { Transport } from '../../../src/modem/transport/transport.ts';

/** What a modem answers to commands that match; the first rule that matches counts. `null`: nothing at all. */
export type AnswerRule = readonly [command: RegExp, answer: string | null | (() => string | null)];

/** A well-behaved modem, for rules that change one thing about it. Lines are separated by `|`. */
const PLAIN_MODEM: readonly AnswerRule[] = [
  [/^AT(Q0|E0V1(Q0)?)?$/, 'OK'],
  [/^AT\+CGMI$/, 'Acme|OK'],
  [/^AT\+CGMM$/, 'M1|OK'],
  [/^AT\+CGMR$/, '1.0|OK'],
  [/^AT\+CGSN$/, '490154203237518|OK'],
  [/^AT\+CIMI$/, '001010123456789|OK'],
  [/^AT\+CCID$/, '+CCID: 89882390000012345678|OK'],
  [/^AT\+CFUN\?$/, '+CFUN: 1|OK'],
  [/^AT\+CPIN\?$/, '+CPIN: READY|OK'],
  [/^AT\+CMGF=0$|^AT\+CMEE=1$|^AT\+C.?REG=1$|^AT\+COPS=3,0$/, 'OK'],
  [/^AT\+CSMS=/, '+CSMS: 1,1,1|OK'],
  [/^AT\+CPMS=\?$/, '+CPMS: ("SM","ME"),("SM","ME"),("SM","ME")|OK'],
  [/^AT\+CPMS\?$/, '+CPMS: "SM",0,20,"SM",0,20,"SM",0,20|OK'],
  [/^AT\+CPMS=/, '+CPMS: 0,20,0,20,0,20|OK'],
  [/^AT\+CSCA\?$/, '+CSCA: "+15550009999",145|OK'],
  [/^AT\+CNMI=\?$/, '+CNMI: (0-2),(0-3),(0),(0-2),(0,1)|OK'],
  [/^AT\+CNMI\?$/, '+CNMI: 2,1,0,1,0|OK'],
  [/^AT\+CNMI=/, 'OK'],
  [/^AT\+CREG\?$/, '+CREG: 1,1|OK'],
  [/^AT\+CSQ$/, '+CSQ: 20,0|OK'],
];

/** A port with a modem made of rules behind it; `typed` is every command it got, `raw` every byte. */
export function ruleModem(...rules: readonly AnswerRule[]): Transport & { readonly typed: string[]; raw(): string } {
  const typed: string[] = [];
  let raw = '';
  let pending = '';
  let onData: (bytes: Uint8Array) => void = () => undefined;
  const say = (answer: string) => {
    const text = answer
      .split('|')
      .map((line) => `\r\n${line}\r\n`)
      .join('');
    queueMicrotask(() => onData(new TextEncoder().encode(text)));
  };
  return {
    typed,
    raw: () => raw,
    write: (bytes) => {
      const text = new TextDecoder().decode(bytes);
      raw += text;
      pending += text;
      const [command = '', ...rest] = pending.split('\r');
      if (rest.length === 0) return;
      pending = rest.join('\r');
      const line = command.replaceAll('\u001b', '');
      typed.push(line);
      const rule = [...rules, ...PLAIN_MODEM].find(([pattern]) => pattern.test(line))?.[1];
      const answer = typeof rule === 'function' ? rule() : rule;
      if (answer !== null) say(answer ?? 'ERROR');
    },
    onData: (callback) => {
      onData = callback;
    },
    onClose: () => undefined,
    close: async () => undefined,
  };
}
