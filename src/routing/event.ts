/** How Cloudonix says the call came about (voice request, `Direction`). Anything else it says is read as `inbound`. */
export type CallDirection = 'inbound' | 'subscriber' | 'outbound-api';

/** What became of a `<Dial>` or `<Connect>`, in five words whatever spelling arrived. */
export type DialOutcome = 'answered' | 'busy' | 'no-answer' | 'canceled' | 'failed';

/** A finished recording: where it is, and how long when that is known. */
export interface Recording {
  readonly url: string;
  readonly seconds?: number;
}

/** One voice request as routing sees it: who calls whom, and what the caller did since the last document. */
export interface VoiceEvent {
  /** The call-session token: one value for the whole call. */
  readonly callToken: string;
  /** As delivered: E.164, digits without `+`, an extension, `anonymous`, … */
  readonly from: string;
  /** As dialled. */
  readonly to: string;
  readonly direction: CallDirection;
  readonly callerName?: string;
  /** True when anything in the request shows a trunk; such a caller is outside whatever `From` and `Direction` claim. */
  readonly overTrunk: boolean;
  readonly digits?: string;
  readonly speech?: string;
  readonly dialOutcome?: DialOutcome;
  /** What a `<Record>` brought back. */
  readonly recording?: Recording;
}
