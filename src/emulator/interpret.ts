import { type ReadElement, textOf } from '../webhooks/cxml/index.ts';
import type { DialWord, People } from './people.ts';

/** What happens on the line while a document plays. */
export type Happening =
  | { readonly kind: 'passes'; readonly seconds: number }
  /** A phone rings; the caller hears it. */
  | { readonly kind: 'ringing' }
  /** The caller is through: to a person or to a machine. Once a call. */
  | { readonly kind: 'answered' }
  | { readonly kind: 'dialled'; readonly outcome: DialWord }
  /** The platform reports something aside; nobody waits for the answer. */
  | { readonly kind: 'callback'; readonly url: string; readonly fields: Readonly<Record<string, string>> }
  /** A conference reports what somebody does in it. */
  | { readonly kind: 'conference'; readonly url: string; readonly event: string };

/** How the playing of a document ends. */
export type Ending =
  | {
      readonly kind: 'request';
      readonly url: string;
      readonly method: 'GET' | 'POST';
      readonly fields: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'reject'; readonly reason: string }
  /** The document hung up or ran out of verbs. */
  | { readonly kind: 'hangup' }
  | { readonly kind: 'caller-left' };

export interface Line {
  readonly isAnswered: boolean;
}

/** Defaults of the platform where a document is silent (reference/cloudonix.md 2.3 to 2.8 and 5.10). */
const DEFAULTS = {
  ringSeconds: 60,
  firstKeySeconds: 30,
  silenceSeconds: 5,
  recordSeconds: 3600,
  playSeconds: 6,
  charactersPerSecond: 15,
} as const;

/** Somebody in a conference listens, speaks, listens and speaks again. */
const TURNS = 4;

/** A prompt that repeats until hangup is played this often at most before somebody gives up. */
const ENDLESS_LOOPS = 100;

/**
 * Plays one document by the rules of CXML until Cloudonix would ask again or the call ends (reference/cloudonix.md section
 * 2): verbs run top-down; Say and Play answer unless they say otherwise, Dial does not; an empty Gather or Record falls
 * through; nothing runs after Redirect, Reject and Hangup; running out of verbs hangs up. Pure: what people do comes from
 * `people`, and time is only told.
 */
export function* playDocument(
  response: ReadElement,
  documentUrl: string,
  line: Line,
  people: People,
): Generator<Happening, Ending> {
  const stage = new Stage(documentUrl, line.isAnswered, people);
  for (const verb of elementsOf(response)) {
    const ending = yield* stage.play(verb);
    if (ending !== undefined) return ending;
  }
  return { kind: 'hangup' };
}

const LEFT: Ending = { kind: 'caller-left' };

/** One document on the line: where it came from, and whether the caller is through. */
class Stage {
  readonly #url: string;
  readonly #people: People;
  #isAnswered: boolean;

  constructor(url: string, isAnswered: boolean, people: People) {
    this.#url = url;
    this.#isAnswered = isAnswered;
    this.#people = people;
  }

  /** Plays a verb; an ending stops the document. */
  *play(verb: ReadElement): Generator<Happening, Ending | undefined> {
    switch (verb.name) {
      case 'Say':
      case 'Play':
      case 'Pause':
        return yield* this.#prompt(verb);
      case 'Gather':
        return yield* this.#gather(verb);
      case 'Record':
        return yield* this.#record(verb);
      case 'Dial':
        return yield* this.#dial(verb);
      case 'Connect':
        return yield* this.#connect(verb);
      case 'Converse':
      case 'Coach':
        yield* this.#answer();
        return yield* this.#pass(this.#people.talks());
      case 'Redirect':
        return this.#request(textOf(verb).trim(), verb, {});
      case 'Reject':
        // After the answer there is nothing left to refuse.
        return this.#isAnswered ? { kind: 'hangup' } : { kind: 'reject', reason: verb.attributes.reason ?? 'rejected' };
      case 'Hangup':
        return { kind: 'hangup' };
      default:
        // Start and Stop run beside the call.
        return undefined;
    }
  }

  *#prompt(verb: ReadElement): Generator<Happening, Ending | undefined> {
    const answers = verb.name === 'Pause' ? verb.attributes.answer === 'true' : verb.attributes.answer !== 'false';
    if (answers) yield* this.#answer();
    return yield* this.#pass(promptSeconds(verb));
  }

  *#gather(verb: ReadElement): Generator<Happening, Ending | undefined> {
    yield* this.#answer();
    const { numDigits, finishOnKey = '#', input = 'dtmf', maxTimeout } = verb.attributes;
    const prompts = elementsOf(verb);
    const spoken = input.includes('speech') ? this.#people.speaks() : undefined;
    const most = numDigits === undefined ? undefined : Number(numDigits);
    const pressed = input.includes('dtmf') && spoken === undefined ? this.#people.presses({ most, finishOnKey }) : '';
    const digits = keptKeys(pressed, most, finishOnKey);
    const promptTime = prompts.reduce((sum, prompt) => sum + promptSeconds(prompt), 0);
    const isSilent = digits === '' && spoken === undefined;
    // Input cuts a prompt short; silence waits for its end and then as long as the document says.
    const wait = isSilent
      ? promptTime + numberOr(maxTimeout, DEFAULTS.firstKeySeconds)
      : Math.min(promptTime, 2) + pressed.length * 0.4;
    if (yield* this.#pass(wait)) return LEFT;
    if (isSilent && verb.attributes.actionOnEmptyResult !== 'true') return undefined;
    return this.#request(verb.attributes.action, verb, {
      ...(spoken === undefined ? { Digits: digits } : { SpeechResult: spoken }),
    });
  }

  *#record(verb: ReadElement): Generator<Happening, Ending | undefined> {
    yield* this.#answer();
    const { maxLength, timeout, recordingStatusCallback, recordingStatusCallbackEvent = 'completed' } = verb.attributes;
    const seconds = Math.min(this.#people.leavesMessage(), numberOr(maxLength, DEFAULTS.recordSeconds));
    const prompts = elementsOf(verb).reduce((sum, prompt) => sum + promptSeconds(prompt), 0);
    if (yield* this.#pass(prompts + (seconds === 0 ? numberOr(timeout, DEFAULTS.silenceSeconds) : seconds)))
      return LEFT;
    const recording = recordingFields(this.#people.recordingName(), seconds);
    if (recordingStatusCallback !== undefined && recordingStatusCallbackEvent.split(' ').includes(recording.status))
      yield { kind: 'callback', url: this.#resolve(recordingStatusCallback), fields: recording.callback };
    if (seconds === 0) return undefined;
    return this.#request(verb.attributes.action, verb, { ...recording.action, Digits: 'hangup' });
  }

  *#dial(verb: ReadElement): Generator<Happening, Ending | undefined> {
    const { action, timeout, timeLimit } = verb.attributes;
    const nouns = elementsOf(verb).filter(({ name }) => name !== 'Header');
    const conference = nouns.find(({ name }) => name === 'Conference');
    if (conference !== undefined) {
      yield* this.#answer();
      if (yield* this.#confer(conference)) return LEFT;
      return action === undefined ? undefined : this.#request(action, verb, dialFields('completed'));
    }
    const numbers = nouns.length === 0 ? [textOf(verb).trim()] : nouns.map((noun) => textOf(noun).trim());
    const ringFor = numberOr(timeout, DEFAULTS.ringSeconds);
    const callee = this.#people.dialled(numbers, ringFor);
    if (callee.outcome !== 'failed') yield { kind: 'ringing' };
    if (yield* this.#pass(callee.ringSeconds)) return LEFT;
    yield { kind: 'dialled', outcome: callee.outcome };
    if (callee.outcome === 'completed') {
      yield* this.#answer();
      const talk = Math.min(callee.talkSeconds, numberOr(timeLimit, Number.POSITIVE_INFINITY));
      if (yield* this.#talk(talk)) return LEFT;
      yield* this.#reportRecording(verb, talk);
      if (callee.callerHangsUp) return LEFT;
    }
    return action === undefined ? undefined : this.#request(action, verb, dialFields(callee.outcome));
  }

  /** A stay in a conference: listening and speaking in turns where the document asks who speaks. */
  *#confer({ attributes }: ReadElement): Generator<Happening, Ending | undefined> {
    const { statusCallback, statusCallbackEvent = '' } = attributes;
    const asked = statusCallback === undefined ? [] : statusCallbackEvent.split(' ');
    const url = this.#resolve(statusCallback ?? this.#url);
    const tells = (word: string, event: string): Happening[] =>
      asked.includes(word) ? [{ kind: 'conference', url, event: `participant-${event}` }] : [];
    const turns = asked.includes('speaker') ? TURNS : 1;
    const seconds = this.#people.talks() / turns;
    let ending: Ending | undefined;
    yield* tells('join', 'join');
    for (let turn = 0; turn < turns && ending === undefined; turn += 1) {
      const speaks = turn % 2 === 1;
      if (speaks) yield* tells('speaker', 'speech-start');
      ending = yield* this.#pass(seconds);
      if (speaks) yield* tells('speaker', 'speech-stop');
    }
    yield* tells('leave', 'leave');
    return ending;
  }

  *#connect(verb: ReadElement): Generator<Happening, Ending | undefined> {
    yield* this.#answer();
    const { action } = verb.attributes;
    const callee = this.#people.dialled([], 0);
    const outcome = callee.outcome === 'completed' ? 'completed' : 'failed';
    if (outcome === 'completed') {
      if (yield* this.#talk(callee.talkSeconds)) return LEFT;
      if (callee.callerHangsUp) return LEFT;
    }
    return action === undefined ? undefined : this.#request(action, verb, dialFields(outcome));
  }

  *#reportRecording(verb: ReadElement, seconds: number): Generator<Happening, void> {
    const { record, recordingStatusCallback, recordingStatusCallbackEvent = 'completed' } = verb.attributes;
    if (record === undefined || record === 'do-not-record' || recordingStatusCallback === undefined) return;
    if (!recordingStatusCallbackEvent.split(' ').includes('completed')) return;
    const { callback } = recordingFields(this.#people.recordingName(), Math.max(1, seconds));
    yield { kind: 'callback', url: this.#resolve(recordingStatusCallback), fields: callback };
  }

  *#answer(): Generator<Happening, void> {
    if (this.#isAnswered) return;
    this.#isAnswered = true;
    yield { kind: 'answered' };
  }

  /** Time in which the caller waits for something; an ending when they do not wait that long. */
  *#pass(seconds: number): Generator<Happening, Ending | undefined> {
    const waited = this.#people.waits(seconds);
    yield { kind: 'passes', seconds: waited };
    return waited < seconds ? LEFT : undefined;
  }

  /** Time in which somebody talks with the caller: patience is not needed. */
  *#talk(seconds: number): Generator<Happening, Ending | undefined> {
    yield { kind: 'passes', seconds };
    return undefined;
  }

  /** Without an action a verb reports to the document it stands in (2.6, 2.7). */
  #request(address: string | undefined, verb: ReadElement, fields: Readonly<Record<string, string>>): Ending {
    const method = verb.attributes.method === 'GET' ? 'GET' : 'POST';
    return { kind: 'request', url: this.#resolve(address ?? this.#url), method, fields };
  }

  #resolve(address: string): string {
    return new URL(address, this.#url).href;
  }
}

/** What a Gather keeps of the keys pressed: up to the finishing key, and no more than it wants. */
function keptKeys(keys: string, most: number | undefined, finishOnKey: string): string {
  const finish = finishOnKey === '' ? -1 : [...keys].findIndex((key) => finishOnKey.includes(key));
  return keys.slice(0, finish < 0 ? keys.length : finish).slice(0, most);
}

function promptSeconds(prompt: ReadElement): number {
  const loop = numberOr(prompt.attributes.loop, 1);
  const times = loop === 0 && prompt.name === 'Play' ? ENDLESS_LOOPS : Math.max(1, loop);
  switch (prompt.name) {
    case 'Say':
      return (times * textOf(prompt).length) / DEFAULTS.charactersPerSecond;
    case 'Play':
      return times * DEFAULTS.playSeconds;
    case 'Pause':
      return numberOr(prompt.attributes.length, 1);
    default:
      return 0;
  }
}

function dialFields(outcome: DialWord): Record<string, string> {
  return { DialCallStatus: outcome };
}

/** A recording as Record's action and as its status callback tell it (1.8). */
function recordingFields(name: string, seconds: number) {
  const status = seconds === 0 ? 'absent' : 'completed';
  const url = `https://recordings.example.com/${name}.mp3`;
  const duration = String(Math.ceil(seconds));
  return {
    status,
    action: { RecordingUrl: url, RecordingDuration: duration },
    callback: {
      RecordingSid: name,
      RecordingStatus: status,
      ...(seconds === 0 ? {} : { RecordingUrl: url, RecordingDuration: duration }),
    },
  } as const;
}

function numberOr(text: string | undefined, fallback: number): number {
  const number = Number(text ?? Number.NaN);
  return Number.isFinite(number) ? number : fallback;
}

function elementsOf(element: ReadElement): ReadElement[] {
  return element.children.filter((child) => typeof child !== 'string');
}
