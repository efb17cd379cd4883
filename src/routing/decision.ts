import type { Blocked, BlockLists } from './blacklist.ts';
import type { Recording } from './event.ts';
import type { Findings, Inquiry } from './inquiry.ts';
import type { Question } from './question.ts';
import type { Step } from './step.ts';

/** The live facts a decision may need. Routing never asks for them itself; it is told. */
export interface Facts {
  readonly now: Date;
  /** Answers to the questions that were asked, by their key. */
  readonly counters: Readonly<Record<string, number>>;
  /** In [0, 1); drawn once a request. */
  readonly random: number;
  /** What inquiries found, by their key. */
  readonly findings?: Findings;
  /** The numbers of the long block lists, which change beside the plan. */
  readonly blockLists?: BlockLists;
}

/** Something the shell should do or record besides answering. */
export type Effect =
  | {
      readonly kind: 'blocked';
      readonly match: Blocked['match'];
      readonly pattern: string;
      readonly list: string | null;
      readonly action: Blocked['treatment']['action'];
      readonly reason: string;
    }
  | { readonly kind: 'assistant'; readonly name: string }
  /** A call to the outside was refused because a limit is used up; '' is the organization's. Fraud looks like this. */
  | { readonly kind: 'outbound_limited'; readonly scope: string }
  /** Somebody called for help. */
  | { readonly kind: 'emergency'; readonly from: string }
  /** A phone of ours switched schedules to the night or back. */
  | { readonly kind: 'toggle_night_mode'; readonly schedules: readonly string[]; readonly isNight: boolean }
  /** A message was left; `subject` is that of its recording. */
  | { readonly kind: 'voicemail'; readonly subject: string; readonly recording: Recording }
  /** The owner heard or deleted a message. */
  | { readonly kind: 'mailbox'; readonly action: 'read' | 'delete'; readonly message: string }
  /** How a try of an assistant came out, for whoever chooses among several. */
  | {
      readonly kind: 'assistant-result';
      readonly name: string;
      readonly isGood: boolean;
      readonly restAfterFailures: number;
      readonly restSeconds: number;
    };

/** The document to answer with, and why. */
export interface Answer {
  readonly kind: 'answer';
  readonly steps: readonly Step[];
  readonly effects: readonly Effect[];
  /** Readable sentences, in order: the whole explanation of this document. */
  readonly trace: readonly string[];
  /** The places the call went through to this document, as `type:key`; the last is where it is now. */
  readonly path: readonly string[];
  /** True when nothing in the document makes Cloudonix come back. */
  readonly ended: boolean;
  /** Which document of the call this is; the first is 1. */
  readonly document: number;
  readonly did: string | undefined;
}

/** `decide` needs these answered: ask them and call it again with the answers in `facts.counters`, by key. */
export interface Ask {
  readonly kind: 'ask';
  readonly counters: readonly Question[];
  /** Something to find out in the world outside; the finding goes into `facts.findings`, by its key. */
  readonly inquiry?: Inquiry;
}

export type Decision = Answer | Ask;
