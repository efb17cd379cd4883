import type { CxmlNode } from './inquiry.ts';
import type { CallState } from './state.ts';

/**
 * Routing's own words for what the caller experiences next. The webhook shell renders them as CXML. A step with
 * `resume` makes Cloudonix come back, and `resume` is then the state of the call.
 */
export type Step =
  | SayStep
  | PlayStep
  | { readonly kind: 'pause'; readonly seconds: number }
  | DialStep
  | GatherStep
  | RecordStep
  | ConferenceStep
  | HoldStep
  | ConnectStreamStep
  | ForeignStep
  | { readonly kind: 'redirect'; readonly resume: CallState }
  | { readonly kind: 'reject'; readonly reason: RejectReason }
  | { readonly kind: 'hangup' };

export interface SayStep {
  readonly kind: 'say';
  readonly text: string;
  /** True when `text` is SSML: elements and text, already checked. */
  readonly isSsml?: boolean;
  readonly language?: string;
  readonly voice?: string;
  /** Speak without answering the call (early media). */
  readonly early?: boolean;
}

export interface PlayStep {
  readonly kind: 'play';
  /** An address, or a path of ours. */
  readonly url: string;
}

export type Prompt = SayStep | PlayStep;

export interface DialStep {
  readonly kind: 'dial';
  /** Several targets ring together. */
  readonly targets: readonly DialTarget[];
  readonly timeoutSeconds: number;
  /** Longest connected time. */
  readonly timeLimitSeconds?: number;
  readonly callerId?: string;
  /** The name on the telephone that rings; the caller's own when absent. */
  readonly callerName?: string;
  readonly trunk?: string;
  /** Keep what is said, from the answer on. */
  readonly record?: boolean;
  /** A call for help: nothing is added to it. */
  readonly isEmergency?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
  readonly resume: CallState;
}

export type DialTarget =
  | { readonly kind: 'number'; readonly number: string }
  | {
      readonly kind: 'service';
      readonly provider: string;
      readonly number: string;
      readonly username?: string;
      readonly password?: string;
    };

export interface GatherStep {
  readonly kind: 'gather';
  readonly prompt: readonly Prompt[];
  /** Most digits awaited; the input ends there without waiting. */
  readonly digits?: number;
  /** The key that ends the input, or `''` when every key counts. */
  readonly finishOnKey: string;
  readonly betweenDigitsSeconds: number;
  readonly firstDigitSeconds: number;
  /** Listen for words besides keys. */
  readonly speech?: { readonly language?: string | undefined; readonly engine?: 'aws' | 'google' | undefined };
  readonly resume: CallState;
}

/** Takes a message. An empty one does not come back: the next step runs (CXML reference 2.7). */
export interface RecordStep {
  readonly kind: 'record';
  readonly maxSeconds: number;
  readonly silenceSeconds: number;
  readonly finishOnKey: string;
  /** What the finished recording is about, for whoever stores it. */
  readonly subject: string;
  readonly resume: CallState;
}

export interface ConferenceStep {
  readonly kind: 'conference';
  readonly room: string;
  readonly maxParticipants: number;
  readonly muted: boolean;
  readonly announce: boolean;
  readonly holdMusic: boolean;
  /** Whether the conference begins when this caller enters; else they hear music until somebody begins it. */
  readonly starts: boolean;
  /** Whether it ends for everybody when this caller leaves. */
  readonly ends: boolean;
  readonly record: boolean;
  /** Present when it is to be told who speaks. */
  readonly talkDetection?: 'normal' | 'quick' | 'lazy';
  /** What its events are about, for whoever stores them. */
  readonly subject: string;
}

/** Hold music in a room of the caller's own, for so long and no longer. */
export interface HoldStep {
  readonly kind: 'hold';
  readonly room: string;
  readonly seconds: number;
}

export interface ConnectStreamStep {
  readonly kind: 'connect-stream';
  readonly url: string;
  readonly name: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly resume: CallState;
}

/** Verbs of somebody else's document. Where one brings the call back, its address is the place of a state in `resumes`. */
export interface ForeignStep {
  readonly kind: 'cxml';
  readonly verbs: readonly CxmlNode[];
  readonly resumes: readonly CallState[];
}

/** A verb of a foreign document with another address to go on at. */
export function withWayBack(verb: CxmlNode, address: string): CxmlNode {
  return verb.name === 'Redirect'
    ? { ...verb, children: [address] }
    : { ...verb, attributes: { ...verb.attributes, action: address } };
}

/** The place in `resumes` of the state in which a verb of a `ForeignStep` brings the call back; undefined when it does not. */
export function wayBackIn(verb: CxmlNode): number | undefined {
  const place = verb.name === 'Redirect' ? verb.children[0] : verb.attributes.action;
  return typeof place === 'string' ? Number(place) : undefined;
}

/** Whether a step may bring the call back. */
export function comesBack(step: Step): boolean {
  return step.kind === 'cxml' ? step.resumes.length > 0 : 'resume' in step;
}

export type RejectReason = 'rejected' | 'busy' | 'failed';
