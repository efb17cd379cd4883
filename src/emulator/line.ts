import { checkCxml, type ReadElement, readCxml } from '../webhooks/cxml/index.ts';
import { type CallFacts, type CallPlan, dispositionOf, FINAL_STATUS, type SessionWord } from './call.ts';
import type { Delivery } from './disorder.ts';
import { type Ending, playDocument } from './interpret.ts';
import type { EmulatedCall, Ledger } from './ledger.ts';
import type { DialWord, People } from './people.ts';
import { type EmulatorPorts, type Installation, serverAt } from './ports.ts';
import {
  callDetailRecord,
  conferenceCallback,
  type Json,
  recordingCallback,
  sessionUpdate,
  voiceHeaders,
  voiceRequest,
} from './wire.ts';

const VOICE_PATH = '/webhooks/cloudonix/voice';
/** A call that needs more documents never ends; ours stop far below. */
const MOST_DOCUMENTS = 200;
/** Nobody documents how long Cloudonix waits. Above this a caller has heard silence for too long (reference 1.9). */
const LATEST_MS = 3_000;

export interface LineOptions {
  readonly installation: Installation;
  readonly ports: EmulatorPorts;
  readonly ledger: Ledger;
  readonly people: People;
  /** Virtual seconds a real one; Infinity does not wait at all. */
  readonly speed: number;
  readonly signal: AbortSignal;
  /** Sends a callback in its own time. */
  readonly deliver: (delivery: Delivery) => void;
}

/** One call on its line: the shell that performs what the interpreter tells. */
export class EmulatedLine {
  readonly #options: LineOptions;
  #facts: CallFacts;
  #documents = 0;
  #updates = 0;
  #lastDial: DialWord | undefined;
  /** Calls begin at different processes. */
  readonly #turn: number;
  /** What somebody did to the call from aside, until it takes effect. */
  #intervention: Ending | undefined;
  #waiting = new AbortController();

  constructor(plan: CallPlan, options: LineOptions) {
    this.#options = options;
    this.#turn = Number.parseInt(plan.token.slice(-6), 16);
    const startedAt = options.ports.now();
    this.#facts = { plan, startedAt, answeredAt: undefined, endedAt: undefined, status: 'new' };
  }

  /** Does to the call what the platform's REST API does: ends it, or sends it to another document. */
  intervene(intervention: { readonly kind: 'hangup' } | { readonly kind: 'switch'; readonly url: string }): void {
    this.#intervention =
      intervention.kind === 'hangup'
        ? intervention
        : { kind: 'request', url: intervention.url, method: 'POST', fields: {} };
    this.#waiting.abort();
  }

  /** Wakes the call when the run is stopped; it then ends by itself. */
  wake(): void {
    this.#waiting.abort();
  }

  /** Plays the call to its end. Never rejects: what goes wrong is in the ledger. */
  async play(): Promise<EmulatedCall> {
    this.#options.ledger.began();
    this.#tell('new');
    let next: Ending = {
      kind: 'request',
      url: `${this.#options.installation.servers[0]}${VOICE_PATH}`,
      method: 'POST',
      fields: {},
    };
    while (next.kind === 'request') next = await this.#document(next);
    return this.#end(next);
  }

  /** Asks for a document and plays it. A wrong answer ends the call, as it would on the platform. */
  async #document(request: Extract<Ending, { readonly kind: 'request' }>): Promise<Ending> {
    const url = this.#ours(request.url);
    // Whoever sends callers elsewhere has them there; asking strangers is not ours to do.
    if (url === undefined) return { kind: 'hangup' };
    if (this.#documents >= MOST_DOCUMENTS) {
      this.#complain('endless', `more than ${MOST_DOCUMENTS} documents`);
      return { kind: 'hangup' };
    }
    const response = await this.#ask(url, request);
    if (response === undefined) return { kind: 'hangup' };
    if (this.#documents === 1) this.#tell('processing');
    const playing = playDocument(
      response,
      url,
      { isAnswered: this.#facts.answeredAt !== undefined },
      this.#options.people,
    );
    for (let step = playing.next(); ; step = playing.next()) {
      if (step.done) return step.value;
      switch (step.value.kind) {
        case 'passes':
          await this.#pass(step.value.seconds);
          if (this.#options.signal.aborted) return { kind: 'caller-left' };
          if (this.#intervention !== undefined) return this.#takeIntervention(this.#intervention);
          break;
        case 'ringing':
          if (this.#facts.answeredAt === undefined) this.#tell('ringing');
          break;
        case 'answered':
          this.#facts = { ...this.#facts, answeredAt: this.#options.ports.now() };
          this.#tell('connected');
          break;
        case 'dialled':
          this.#lastDial = step.value.outcome;
          break;
        case 'callback':
          this.#options.deliver({
            kind: 'recording',
            body: recordingCallback(this.#facts, step.value.fields, this.#options.ports.now()),
          });
          break;
        case 'conference':
          this.#options.deliver({
            kind: 'session',
            url: step.value.url,
            body: conferenceCallback(this.#facts, step.value.event, this.#options.ports.now()),
          });
          break;
      }
    }
  }

  async #ask(
    url: string,
    { method, fields }: { readonly method: 'GET' | 'POST'; readonly fields: Json },
  ): Promise<ReadElement | undefined> {
    const { ports, ledger, installation } = this.#options;
    const { domain, requestsApiKey } = installation;
    this.#documents += 1;
    const stageId = `${this.#facts.plan.token.slice(-12)}${this.#documents.toString(16).padStart(4, '0')}`;
    const headers = voiceHeaders(this.#facts, domain, requestsApiKey, stageId);
    const body = voiceRequest(this.#facts, domain, fields);
    const from = ports.tick();
    try {
      const answer = await ports.send(
        method === 'POST' ? { url, method, headers, body } : { url: withQuery(url, body), method, headers },
      );
      const ms = ports.tick() - from;
      if (answer.status !== 200) return this.#complain('status', `${answer.status} instead of 200`);
      if (!/\b(application|text)\/xml\b/.test(answer.contentType))
        return this.#complain('unreadable', `content type ${answer.contentType || 'is missing'}`);
      const response = this.#read(answer.body);
      if (response === undefined) return undefined;
      ledger.answered(
        ms,
        response.children.flatMap((verb) => (typeof verb === 'string' ? [] : [verb.name])),
      );
      for (const problem of checkCxml(response)) this.#complain('invalid', problem);
      if (ms > LATEST_MS) this.#complain('slow', `${Math.round(ms)} ms`);
      return response;
    } catch (error) {
      // A run that was stopped has cut its own connections.
      if (this.#options.signal.aborted) return undefined;
      return this.#complain('unreachable', error instanceof Error ? error.message : String(error));
    }
  }

  #read(cxml: string): ReadElement | undefined {
    try {
      return readCxml(cxml);
    } catch (error) {
      return this.#complain('unreadable', error instanceof Error ? error.message : String(error));
    }
  }

  #complain(kind: Parameters<Ledger['complain']>[0]['kind'], detail: string): undefined {
    this.#options.ledger.complain({ kind, token: this.#facts.plan.token, detail });
    return undefined;
  }

  /** Lets time go by, unless the run is stopped or somebody intervenes. */
  async #pass(seconds: number): Promise<void> {
    const { ports, speed, signal } = this.#options;
    if (Number.isFinite(speed) && !signal.aborted) await ports.sleep((seconds * 1000) / speed, this.#waiting.signal);
  }

  #takeIntervention(intervention: Ending): Ending {
    this.#intervention = undefined;
    this.#waiting = new AbortController();
    return intervention;
  }

  #tell(status: SessionWord): void {
    const { ports, installation, deliver } = this.#options;
    this.#facts = { ...this.#facts, status };
    this.#updates += 1;
    const eventId = eventIdOf(this.#facts.plan.token, this.#updates);
    deliver({ kind: 'session', body: sessionUpdate(this.#facts, installation.domain, eventId, ports.now()) });
  }

  #end(ending: Exclude<Ending, { readonly kind: 'request' }>): EmulatedCall {
    const { ports, installation, deliver, ledger } = this.#options;
    const endedAt = ports.now();
    const { plan, startedAt, answeredAt } = this.#facts;
    const disposition = dispositionOf(answeredAt !== undefined, ending, this.#lastDial);
    this.#facts = { ...this.#facts, endedAt };
    this.#tell(FINAL_STATUS[disposition]);
    deliver({ kind: 'cdr', body: callDetailRecord({ ...this.#facts, endedAt }, installation.domain, disposition) });
    const call: EmulatedCall = { ...plan, disposition, documents: this.#documents, startedAt, answeredAt, endedAt };
    ledger.ended(call);
    return call;
  }

  /** An address of the installation under test, whatever public name it gives itself; undefined for anybody else's. */
  #ours(address: string): string | undefined {
    const { installation } = this.#options;
    const url = new URL(address);
    const isOurs =
      url.pathname === VOICE_PATH || installation.servers.some((server) => new URL(server).origin === url.origin);
    if (!isOurs) return undefined;
    // Each document of a call may come from another process, as behind a balancer.
    return `${serverAt(installation, this.#turn + this.#documents)}${url.pathname}${url.search}`;
  }
}

/** A UUID that belongs to this call and this update. */
function eventIdOf(token: string, update: number): string {
  const tail = update.toString(16).padStart(4, '0');
  return `${token.slice(0, 8)}-${token.slice(8, 12)}-4${token.slice(13, 16)}-8${token.slice(17, 20)}-${token.slice(24, 32)}${tail}`;
}

/** The form of a GET request: what is not plain text stays out (reference 1.1). */
function withQuery(url: string, body: Json): string {
  const full = new URL(url);
  for (const [name, value] of Object.entries(body)) if (typeof value === 'string') full.searchParams.set(name, value);
  return full.href;
}
