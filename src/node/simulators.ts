import { openTransport, type Transport } from '../modem/index.ts';
import { createSimulator, type ModemSimulator, type Phone, Phones } from '../modem/simulator/index.ts';

/** Simulated modems by their path (`sim:`, `sim:second`), each behind a TCP port of its own in this process. */
export interface Simulators {
  open(path: string): Promise<Transport>;
  /** The telephones behind all of them. */
  readonly phones: Pick<Phones, 'list' | 'text'>;
  close(): Promise<void>;
}

interface Running {
  readonly port: number;
  readonly phones: Phones;
  close(): Promise<void>;
}

/** A network takes about this long; a demo that answers at once looks fake. */
const REPORT_AFTER_MS = 1_200;
const ANSWER_AFTER_MS = 3_500;
/** One slice, so that the answer is a single message. */
const LONGEST_QUOTE = 60;

export function createSimulators(): Simulators {
  const running = new Map<string, Promise<Running>>();
  const started: Running[] = [];
  return {
    phones: {
      list: () => started.flatMap(({ phones }): readonly Phone[] => phones.list()),
      // A text goes to the modem this person has written with before, else to the first.
      text: (from, body) => {
        const known = started.find(({ phones }) => phones.list().some(({ number }) => number === from));
        (known ?? started[0])?.phones.text(from, body);
      },
    },
    async open(path) {
      const entry = running.get(path) ?? start(running.size);
      running.set(path, entry);
      const modem = await entry;
      if (!started.includes(modem)) started.push(modem);
      const { port } = modem;
      return openTransport(`tcp://127.0.0.1:${port}`, { baudRate: 115_200 });
    },
    async close() {
      for (const entry of running.values()) await (await entry).close();
    },
  };
}

async function start(index: number): Promise<Running> {
  const serial = String(index).padStart(4, '0');
  const simulator = createSimulator({
    number: `+1555010${serial}`,
    imei: `86000000001${serial}`,
    imsi: `00101000001${serial}`,
    operator: 'Simulated',
    submitDelayMs: 400,
  });
  const phones = new Phones(simulator);
  simulator.reportBy({ kind: 'after', delayMs: REPORT_AFTER_MS });
  const timers = answerTexts(simulator, phones);
  const listener = await simulator.listenTcp();
  return {
    port: listener.port,
    phones,
    async close() {
      for (const timer of timers) clearTimeout(timer);
      await listener.close();
    },
  };
}

/** Whoever is texted answers once a message, as people do: what a newcomer sees arrive is an inbound message. */
function answerTexts(simulator: ModemSimulator, phones: Phones): Set<NodeJS.Timeout> {
  const timers = new Set<NodeJS.Timeout>();
  simulator.onSubmit(({ decoded }) => {
    const { concat } = decoded.userData.header;
    if (concat !== null && concat.sequence !== 1) return;
    const text = decoded.userData.text ?? '';
    const quote = [...text].slice(0, LONGEST_QUOTE).join('');
    const timer = setTimeout(() => {
      timers.delete(timer);
      phones.text(decoded.destination.number, `Got it, thanks: "${quote}"`);
    }, ANSWER_AFTER_MS);
    timers.add(timer);
  });
  return timers;
}
