import { afterEach, describe, expect, it } from 'vitest';
import { decodePdu, encodeSubmit } from '../../../src/modem/pdu/index.ts';
import { createSimulator, type SimulatorOptions } from '../../../src/modem/simulator/index.ts';
import { openTransport } from '../../../src/modem/transport/open.ts';
import { createTransportPair } from '../../../src/modem/transport/pair.ts';
import { IDENTITY } from '../support/bench.ts';
import { FakeTimers } from '../support/fake-timers.ts';

/** A host that types and reads, without any of our driver. */
function terminal(options: Partial<SimulatorOptions> = {}) {
  const timers = new FakeTimers();
  const simulator = createSimulator({ ...IDENTITY, timers, ...options });
  const plug = () => {
    const [host, modem] = createTransportPair();
    let heard = '';
    host.onData((bytes) => {
      heard += new TextDecoder('latin1').decode(bytes);
    });
    simulator.attach(modem);
    return {
      type: async (text: string) => {
        heard = '';
        await host.write(new TextEncoder().encode(text));
        await timers.settle();
        return heard;
      },
      heard: async () => {
        await timers.settle();
        return heard;
      },
      close: () => host.close(),
    };
  };
  return { timers, simulator, plug, ...plug() };
}

const slices = encodeSubmit({ to: '+15550002222', text: 'hi', statusReport: true }).slices;
const [slice] = slices;
if (slice === undefined) throw new Error('no slice');

describe('simulated modem', () => {
  it('echoes until it is told not to', async () => {
    const { type } = terminal();
    expect(await type('AT\r')).toBe('AT\r\r\nOK\r\n');
    expect(await type('ATE0V1Q0\r')).toBe('ATE0V1Q0\r\r\nOK\r\n');
    expect(await type('AT\r')).toBe('\r\nOK\r\n');
  });

  it('runs several commands on a line up to the first that fails', async () => {
    const { type } = terminal({ echo: false });
    expect(await type('AT+CSQ;+CGSN\r')).toBe('\r\n+CSQ: 20,0\r\n\r\n490154203237518\r\n\r\nOK\r\n');
    expect(await type('AT+CMEE=1;+NONSENSE;+CSQ\r')).toBe('\r\nERROR\r\n');
  });

  it('starts in text mode, where a PDU cannot be sent', async () => {
    const { type } = terminal({ echo: false });
    expect(await type(`AT+CMGS=${slice.tpduLength}\r`)).toBe('\r\nERROR\r\n');
  });

  it('takes a PDU at the prompt and gives a reference', async () => {
    const { type, simulator } = terminal({ echo: false, firstReference: 255 });
    await type('AT+CMGF=0\r');
    expect(await type(`AT+CMGS=${slice.tpduLength}\r`)).toBe('\r\n> ');
    expect(await type(`${slice.pdu}\x1a`)).toBe('\r\n+CMGS: 255\r\n\r\nOK\r\n');
    await type(`AT+CMGS=${slice.tpduLength}\r`);
    expect(await type(`${slice.pdu}\x1a`)).toBe('\r\n+CMGS: 0\r\n\r\nOK\r\n');
    expect(simulator.submitted.map((each) => each.decoded.userData.text)).toEqual(['hi', 'hi']);
  });

  it('refuses a PDU of another length than announced', async () => {
    const { type, simulator } = terminal({ echo: false });
    await type('AT+CMEE=1;+CMGF=0\r');
    await type(`AT+CMGS=${slice.tpduLength + 1}\r`);
    expect(await type(`${slice.pdu}\x1a`)).toBe('\r\n+CMS ERROR: 304\r\n');
    expect(simulator.submitted).toEqual([]);
  });

  it('stays at the prompt when the host goes, takes AT for text, and leaves it with ESC', async () => {
    const { type, close, plug, simulator } = terminal({ echo: false });
    await type('AT+CMGF=0\r');
    await type(`AT+CMGS=${slice.tpduLength}\r`);
    await close();
    const next = plug();
    expect(await next.type('AT\r')).toBe('');
    expect(simulator.atPrompt).toBe(true);
    expect(await next.type('\x1b')).toBe('\r\nOK\r\n');
    expect(await next.type('AT\r')).toBe('\r\nOK\r\n');
    expect(simulator.submitted).toEqual([]);
  });

  it('locks the SIM after three wrong PINs', async () => {
    const { type } = terminal({ echo: false, pin: '4711' });
    await type('AT+CMEE=1\r');
    expect(await type('AT+CIMI\r')).toBe('\r\n+CME ERROR: 11\r\n');
    for (const pin of ['0000', '1111', '2222']) expect(await type(`AT+CPIN="${pin}"\r`)).toBe('\r\n+CME ERROR: 16\r\n');
    expect(await type('AT+CPIN?\r')).toBe('\r\n+CPIN: SIM PUK\r\n\r\nOK\r\n');
    expect(await type('AT+CPIN="4711"\r')).toBe('\r\n+CME ERROR: 12\r\n');
  });

  it('keeps what does not fit at the network and fills a freed place at once', async () => {
    const { type, heard, simulator } = terminal({ echo: false, storageSize: 1 });
    await type('AT+CMGF=0;+CNMI=2,1,0,0,0\r');
    simulator.receive({ from: '+15550003333', text: 'one' });
    simulator.receive({ from: '+15550003333', text: 'two' });
    expect((await heard()).match(/\+CMTI/g)).toHaveLength(1);
    expect(await type('AT+CMGD=1\r')).toBe('\r\n+CMTI: "SM",1\r\n\r\nOK\r\n');
    expect(simulator.stored).toHaveLength(1);
  });

  it('forgets its settings when it restarts, not its messages', async () => {
    const { type, heard, simulator } = terminal({ echo: false });
    await type('AT+CMGF=0\r');
    simulator.receive({ from: 'Acme', text: 'kept' });
    simulator.restart();
    expect(await heard()).toContain('\r\nRDY\r\n');
    expect(await type('AT+CMGF?\r')).toBe('\r\n+CMGF: 1\r\n\r\nOK\r\n');
    expect(simulator.stored).toHaveLength(1);
  });

  it.each([
    ['immediately', { kind: 'immediately' }, 0],
    ['failed', { kind: 'status', status: 0x46 }, 0x46],
  ] as const)('sends reports by policy: %s', async (_name, policy, status) => {
    const { type, heard, simulator, timers } = terminal({ echo: false });
    simulator.reportBy(policy);
    await type('AT+CMGF=0;+CNMI=2,1,0,1,0\r');
    await type(`AT+CMGS=${slice.tpduLength}\r`);
    await type(`${slice.pdu}\x1a`);
    await timers.advance(1);
    const [, pdu = ''] = /\+CDS: \d+\r\n([0-9A-F]+)\r\n/.exec(await heard()) ?? [];
    expect(decodePdu(pdu)).toMatchObject({ ok: true, pdu: { type: 'status-report', status } });
  });

  it('holds reports, delays them or sends none, as told', async () => {
    const { type, heard, simulator, timers } = terminal({ echo: false });
    await type('AT+CMGF=0;+CNMI=2,1,0,1,0\r');
    const send = async () => {
      await type(`AT+CMGS=${slice.tpduLength}\r`);
      await type(`${slice.pdu}\x1a`);
    };
    simulator.reportBy({ kind: 'never' });
    await send();
    simulator.reportBy({ kind: 'held' });
    await send();
    simulator.reportBy({ kind: 'after', delayMs: 60_000 });
    await send();
    await timers.advance(59_000);
    expect(await heard()).not.toContain('+CDS');
    simulator.releaseReports();
    expect((await heard()).match(/\+CDS/g)).toHaveLength(1);
    await timers.advance(2_000);
    expect((await heard()).match(/\+CDS/g)).toHaveLength(2);
  });

  it('sends one routed report at a time in phase 2+, and gives up after 15 s without acknowledgement', async () => {
    const { type, heard, simulator, timers } = terminal({ echo: false });
    simulator.reportBy({ kind: 'held' });
    await type('AT+CMGF=0;+CSMS=1;+CNMI=2,1,0,1,0\r');
    for (let count = 0; count < 2; count += 1) {
      await type(`AT+CMGS=${slice.tpduLength}\r`);
      await type(`${slice.pdu}\x1a`);
    }
    simulator.releaseReports();
    expect((await heard()).match(/\+CDS/g)).toHaveLength(1);
    expect(await type('AT+CNMA\r')).toBe('\r\nOK\r\n');
    await timers.advance(1);
    expect(await heard()).toContain('+CDS');
    await timers.advance(16_000);
    expect(await type('AT+CNMI?\r')).toBe('\r\n+CNMI: 2,0,0,0,0\r\n\r\nOK\r\n');
    expect(await type('AT+CNMI=2,1,0,1,0\r')).toContain('+CDS');
  });
});

describe('simulated modem on a TCP port', () => {
  const cleanUp: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of cleanUp.splice(0).reverse()) await close();
  });

  it('answers whoever connects, and keeps its state between connections', async () => {
    const simulator = createSimulator(IDENTITY);
    const listener = await simulator.listenTcp();
    cleanUp.push(() => listener.close());
    const ask = async (text: string, until: string) => {
      const transport = await openTransport(`tcp://127.0.0.1:${listener.port}`);
      const answer = new Promise<string>((resolve) => {
        let heard = '';
        transport.onData((bytes) => {
          heard += new TextDecoder().decode(bytes);
          if (heard.includes(until)) resolve(heard);
        });
      });
      await transport.write(new TextEncoder().encode(text));
      const heard = await answer;
      await transport.close();
      return heard;
    };
    expect(await ask('ATE0\r', 'OK')).toContain('ATE0');
    expect(await ask('AT+CGMM\r', 'OK')).toBe('\r\nSimulator\r\n\r\nOK\r\n');
  });
});
