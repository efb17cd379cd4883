import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** How often the lag of the event loop is looked at. Ten times as often is most of what an idle process does. */
const LAG_INTERVAL_MS = 100;

/** Every metric of the program, in one place, so that a name and its meaning are found together. */
export function createMetrics() {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: LAG_INTERVAL_MS });
  const registers = [registry];
  const voiceAnswerSeconds = new Histogram({
    name: 'switchhook_voice_answer_seconds',
    help: 'Time from a voice webhook to its document.',
    labelNames: ['outcome'] as const,
    buckets: [0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1],
    registers,
  });
  const modemGauge = (name: string, help: string) =>
    new Gauge({ name: `switchhook_modem_${name}`, help, labelNames: ['modem'] as const, registers });
  return {
    registry,
    /** Looked up once: finding a series by its labels costs more than counting in it. */
    voiceAnswers: {
      ok: voiceAnswerSeconds.labels('ok'),
      refused: voiceAnswerSeconds.labels('refused'),
      failed: voiceAnswerSeconds.labels('failed'),
    },
    httpRequests: new Counter({
      name: 'switchhook_http_requests_total',
      help: 'Requests answered, by area and status class.',
      labelNames: ['area', 'status'] as const,
      registers,
    }),
    voiceCallbacks: new Counter({
      name: 'switchhook_voice_callbacks_total',
      help: 'Session, CDR and recording callbacks, by kind and status.',
      labelNames: ['kind', 'status'] as const,
      registers,
    }),
    counterFallbacks: new Counter({
      name: 'switchhook_counter_fallbacks_total',
      help: 'Shared counters that missed their 150 ms budget; a local one answered.',
      registers,
    }),
    journalPendingBytes: new Gauge({
      name: 'switchhook_journal_pending_bytes',
      help: 'Bytes in the journal that are not in the database yet.',
      registers,
    }),
    journalDropped: new Counter({
      name: 'switchhook_journal_dropped_total',
      help: 'Records the journal could not take because it was full or the disk refused.',
      registers,
    }),
    journalRejected: new Counter({
      name: 'switchhook_journal_rejected_total',
      help: 'Records the database refused for good; they are kept in rejected.ndjson.',
      registers,
    }),
    messageParts: new Counter({
      name: 'switchhook_message_parts_total',
      help: 'SMS slices by what became of them.',
      labelNames: ['outcome'] as const,
      registers,
    }),
    modemState: new Gauge({
      name: 'switchhook_modem_state',
      help: '1 for the state a modem is in.',
      labelNames: ['modem', 'state'] as const,
      registers,
    }),
    modemRegistration: new Gauge({
      name: 'switchhook_modem_registration',
      help: '1 for how a modem is registered with its network.',
      labelNames: ['modem', 'registration'] as const,
      registers,
    }),
    /** What modems measure of themselves; a value that is not known has no series. */
    modemGauges: {
      signalDbm: modemGauge('signal_dbm', 'Signal of a modem in dBm.'),
      temperatureCelsius: modemGauge('temperature_celsius', 'Temperature of a modem.'),
      voltage: modemGauge('voltage', 'Supply of a modem in volts.'),
      storageUsed: modemGauge('storage_used', 'Messages in the memory of a modem.'),
      storageTotal: modemGauge('storage_total', 'Messages the memory of a modem can hold.'),
      errors: modemGauge('errors', 'Failures of a modem since the process began to run it.'),
    },
    modemEvents: new Counter({
      name: 'switchhook_modem_events_total',
      help: 'What happened to modems: lost, ready, restarted, reset, missed-call…',
      labelNames: ['modem', 'kind'] as const,
      registers,
    }),
    /** Asked at each scrape; while the database is away the last answer stands. */
    showOpenSlices(count: () => Promise<Readonly<Record<string, number>>>): void {
      new Gauge({
        name: 'switchhook_message_parts_open',
        help: 'SMS slices under way, by their state: queued, submitting, unknown.',
        labelNames: ['status'] as const,
        registers,
        async collect() {
          try {
            for (const [status, value] of Object.entries(await count())) this.set({ status }, value);
          } catch {
            // The readiness check tells of the database; a scrape must not fail for it.
          }
        },
      });
    },
    /** Asked at each scrape. */
    showBlockLists(size: () => { readonly entries: number; readonly bytes: number }): void {
      new Gauge({
        name: 'switchhook_block_list_entries',
        help: 'Numbers on long block lists in memory.',
        registers,
        collect() {
          this.set(size().entries);
        },
      });
      new Gauge({
        name: 'switchhook_block_list_bytes',
        help: 'Memory the numbers of long block lists take.',
        registers,
        collect() {
          this.set(size().bytes);
        },
      });
    },
    /** Asked at each scrape. */
    countLiveClients(count: () => number): void {
      new Gauge({
        name: 'switchhook_live_clients',
        help: 'Open live connections.',
        registers,
        collect() {
          this.set(count());
        },
      });
    },
  };
}

export type Metrics = ReturnType<typeof createMetrics>;
