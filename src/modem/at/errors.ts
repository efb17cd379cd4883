/**
 * What an error number means for the message it answered. `permanent`: never repeat; `temporary`: repeat later;
 * `modem`: repair the modem or the SIM first; `ambiguous`: after ctrl-Z the message may have gone out.
 */
export type ErrorClass = 'permanent' | 'temporary' | 'modem' | 'ambiguous';

export interface ErrorMeaning {
  readonly text: string;
  readonly class: ErrorClass;
  /** What the operator can do about it. */
  readonly advice: string;
}

const ADVICE: Record<ErrorClass, string> = {
  permanent: 'Do not send this message again as it is.',
  temporary: 'Try again later.',
  modem: 'Repair the modem or the SIM first.',
  ambiguous: 'The message may have gone out: wait for its delivery report before sending it again.',
};

const CREDIT = 'Check the credit and the services of the SIM card.';
const COVERAGE = 'Check the antenna and the coverage.';
const PIN = 'Set the PIN of this modem.';
const PUK = 'Unlock the SIM with its PUK in a telephone.';
const FULL = 'The message memory is full: messages must be read and deleted.';
const WAIT = 'The modem is still starting: wait some seconds.';
const BUG = 'The modem did not like the PDU: please report it with the transcript.';

type Row = readonly [code: number, errorClass: ErrorClass, text: string, advice?: string];

/** +CMS ERROR: 3GPP TS 27.005 3.2.5, causes of TS 24.011 E-2 and TS 23.040 9.2.3.22, and vendor codes met in the field. */
const CMS: readonly Row[] = [
  [1, 'permanent', 'unassigned number', 'Check the number; some modems say this when the credit is used up.'],
  [8, 'permanent', 'operator determined barring', CREDIT],
  [10, 'permanent', 'call barred', CREDIT],
  [17, 'temporary', 'network failure'],
  [21, 'permanent', 'short message transfer rejected', CREDIT],
  [22, 'temporary', 'congestion'],
  [27, 'temporary', 'destination out of service'],
  [28, 'permanent', 'unidentified subscriber', 'Check the number.'],
  [29, 'permanent', 'facility rejected'],
  [30, 'permanent', 'unknown subscriber', 'Check the number.'],
  [38, 'temporary', 'network out of order', CREDIT],
  [41, 'temporary', 'temporary failure'],
  [42, 'temporary', 'congestion'],
  [47, 'temporary', 'resources unavailable'],
  [50, 'permanent', 'facility not subscribed', CREDIT],
  [69, 'permanent', 'facility not implemented'],
  [81, 'temporary', 'invalid transfer reference'],
  [95, 'permanent', 'invalid message', BUG],
  [96, 'permanent', 'invalid mandatory information', BUG],
  [97, 'permanent', 'message type unknown', BUG],
  [98, 'temporary', 'message not compatible with the protocol state'],
  [99, 'permanent', 'information element unknown', BUG],
  [111, 'temporary', 'protocol error'],
  [127, 'temporary', 'interworking error'],
  [128, 'permanent', 'telematic interworking not supported'],
  [129, 'permanent', 'short message type 0 not supported'],
  [130, 'permanent', 'cannot replace the short message'],
  [143, 'permanent', 'protocol identifier error'],
  [144, 'permanent', 'alphabet not supported'],
  [145, 'permanent', 'message class not supported'],
  [159, 'permanent', 'data coding scheme error'],
  [160, 'permanent', 'command cannot be actioned'],
  [161, 'permanent', 'command unsupported'],
  [175, 'permanent', 'command error'],
  [176, 'permanent', 'PDU not supported', BUG],
  [192, 'temporary', 'service centre busy'],
  [193, 'permanent', 'no subscription to the service centre', CREDIT],
  [194, 'temporary', 'service centre failure'],
  [195, 'permanent', 'invalid address', 'Check the number.'],
  [196, 'permanent', 'destination barred'],
  // The centre already has this message: by itself no failure, but its reference is not told.
  [197, 'ambiguous', 'rejected as a duplicate', 'The service centre already has this message.'],
  [198, 'permanent', 'validity format not supported', 'Send without a validity period.'],
  [199, 'permanent', 'validity not supported', 'Send without a validity period.'],
  [208, 'modem', 'SIM storage full', FULL],
  [209, 'modem', 'no message storage in the SIM', 'Use another SIM card or another memory.'],
  [210, 'temporary', 'error in the modem'],
  [211, 'modem', 'memory capacity exceeded', FULL],
  [212, 'temporary', 'SIM toolkit busy'],
  [213, 'temporary', 'SIM data download error'],
  [255, 'ambiguous', 'unspecified cause'],
  [300, 'modem', 'modem failure'],
  [301, 'temporary', 'message service reserved'],
  [302, 'modem', 'operation not allowed', WAIT],
  [303, 'permanent', 'operation not supported'],
  [304, 'permanent', 'invalid PDU parameter', BUG],
  [305, 'permanent', 'invalid text parameter'],
  [310, 'modem', 'SIM not inserted', 'Insert a SIM card.'],
  [311, 'modem', 'SIM PIN required', PIN],
  [312, 'modem', 'phone-to-SIM PIN required', 'The modem is locked to another SIM card.'],
  [313, 'modem', 'SIM failure', 'Clean or replace the SIM card.'],
  [314, 'temporary', 'SIM busy', WAIT],
  [315, 'modem', 'wrong SIM', 'The modem is locked to another operator.'],
  [316, 'modem', 'SIM PUK required', PUK],
  [317, 'modem', 'SIM PIN2 required', PIN],
  [318, 'modem', 'SIM PUK2 required', PUK],
  [320, 'modem', 'memory failure'],
  [321, 'modem', 'invalid memory index', 'The slot is empty.'],
  [322, 'modem', 'memory full', FULL],
  [325, 'permanent', 'refused (SIMCom)', BUG],
  [330, 'modem', 'service centre number unknown', 'Set the service centre number (AT+CSCA) of the SIM card.'],
  [331, 'modem', 'no network service', COVERAGE],
  [332, 'ambiguous', 'network timeout', COVERAGE],
  [340, 'temporary', 'no acknowledgement expected', 'Harmless.'],
  [350, 'permanent', 'refused (Quectel)', 'Check the IMS and SMS-domain settings of the modem.'],
  [500, 'ambiguous', 'unknown error'],
  [512, 'temporary', 'lower layer failure'],
  [513, 'temporary', 'lower layer failure'],
  [514, 'temporary', 'invalid status'],
  [515, 'temporary', 'please wait, busy', WAIT],
  [516, 'permanent', 'invalid length', BUG],
  [517, 'temporary', 'SIM not ready', WAIT],
  [518, 'temporary', 'SIM not ready', WAIT],
  [520, 'temporary', 'SIM not ready', WAIT],
  [521, 'ambiguous', 'timer expired'],
  [532, 'temporary', 'SIM not ready', WAIT],
  [538, 'permanent', 'invalid parameter', BUG],
  [549, 'permanent', 'wrong PDU length', BUG],
  [550, 'permanent', 'wrong message type', BUG],
  [553, 'permanent', 'wrong user data length', BUG],
  [554, 'permanent', 'wrong service centre length', BUG],
  [615, 'temporary', 'network failure'],
  [616, 'temporary', 'network down'],
];

/** +CME ERROR: 3GPP TS 27.007 9.2. */
const CME: readonly Row[] = [
  [0, 'modem', 'phone failure'],
  [1, 'modem', 'no connection to the phone'],
  [2, 'modem', 'phone adaptor link reserved'],
  [3, 'modem', 'operation not allowed', WAIT],
  [4, 'permanent', 'operation not supported'],
  [5, 'modem', 'phone-to-SIM PIN required', 'The modem is locked to another SIM card.'],
  [6, 'modem', 'phone-to-first-SIM PIN required', 'The modem is locked to another SIM card.'],
  [7, 'modem', 'phone-to-first-SIM PUK required', 'The modem is locked to another SIM card.'],
  [10, 'modem', 'SIM not inserted', 'Insert a SIM card.'],
  [11, 'modem', 'SIM PIN required', PIN],
  [12, 'modem', 'SIM PUK required', PUK],
  [13, 'modem', 'SIM failure', 'Clean or replace the SIM card.'],
  [14, 'temporary', 'SIM busy', WAIT],
  [15, 'modem', 'wrong SIM', 'The modem is locked to another operator.'],
  [16, 'modem', 'incorrect password', 'Correct the PIN of this modem; it is not tried again.'],
  [17, 'modem', 'SIM PIN2 required', PIN],
  [18, 'modem', 'SIM PUK2 required', PUK],
  [20, 'modem', 'memory full', FULL],
  [21, 'modem', 'invalid index', 'The slot is empty.'],
  [22, 'modem', 'not found', 'The slot is empty.'],
  [23, 'modem', 'memory failure'],
  [24, 'permanent', 'text string too long', BUG],
  [25, 'permanent', 'invalid characters in the text', BUG],
  [26, 'permanent', 'dial string too long'],
  [27, 'permanent', 'invalid characters in the dial string'],
  [30, 'modem', 'no network service', COVERAGE],
  [31, 'ambiguous', 'network timeout', COVERAGE],
  [32, 'modem', 'network not allowed, emergency calls only', 'The network does not accept this SIM card.'],
  [40, 'modem', 'network PIN required', 'The modem is locked to another operator.'],
  [41, 'modem', 'network PUK required', 'The modem is locked to another operator.'],
  [42, 'modem', 'network subset PIN required', 'The modem is locked to another operator.'],
  [43, 'modem', 'network subset PUK required', 'The modem is locked to another operator.'],
  [44, 'modem', 'service provider PIN required', 'The modem is locked to another operator.'],
  [45, 'modem', 'service provider PUK required', 'The modem is locked to another operator.'],
  [46, 'modem', 'corporate PIN required', 'The modem is locked to another operator.'],
  [47, 'modem', 'corporate PUK required', 'The modem is locked to another operator.'],
  [48, 'modem', 'hidden key required'],
  [49, 'permanent', 'EAP method not supported'],
  [50, 'permanent', 'incorrect parameters', BUG],
  [51, 'modem', 'command implemented but disabled'],
  [52, 'ambiguous', 'command aborted by the user'],
  [53, 'modem', 'not attached, restricted', COVERAGE],
  [54, 'modem', 'not allowed, emergency only', CREDIT],
  [55, 'modem', 'not allowed, restricted', CREDIT],
  [56, 'permanent', 'fixed dialling only', 'Turn fixed dialling off in the SIM card.'],
  [57, 'temporary', 'temporarily out of service'],
  [58, 'permanent', 'language or alphabet not supported'],
  [59, 'permanent', 'unexpected data value', BUG],
  [60, 'temporary', 'system failure'],
  [61, 'permanent', 'data missing', BUG],
  [62, 'permanent', 'call barred', CREDIT],
  [63, 'permanent', 'message waiting subscription failure'],
  [100, 'ambiguous', 'unknown error'],
  [102, 'modem', 'IMSI unknown in the home register', CREDIT],
  [103, 'modem', 'illegal terminal', CREDIT],
  [104, 'modem', 'IMSI unknown in the visitor register', CREDIT],
  [105, 'modem', 'IMEI not accepted'],
  [106, 'modem', 'illegal modem'],
  [107, 'modem', 'packet services not allowed', CREDIT],
  [108, 'modem', 'packet and other services not allowed', CREDIT],
  [111, 'modem', 'network not allowed', CREDIT],
  [112, 'modem', 'location area not allowed', CREDIT],
  [113, 'modem', 'roaming not allowed here', CREDIT],
  [114, 'modem', 'packet services not allowed in this network', CREDIT],
  [115, 'modem', 'no suitable cells', COVERAGE],
  [116, 'temporary', 'switching centre not reachable'],
  [117, 'temporary', 'network failure'],
  [118, 'temporary', 'circuit-switched domain unavailable'],
  [119, 'temporary', 'session management failure'],
  [122, 'temporary', 'congestion'],
  [126, 'temporary', 'insufficient resources'],
  [515, 'temporary', 'please wait, busy', WAIT],
];

const CMS_BY_CODE = byCode(CMS);
const CME_BY_CODE = byCode(CME);

function byCode(rows: readonly Row[]): ReadonlyMap<number, ErrorMeaning> {
  return new Map(
    rows.map(([code, errorClass, text, advice = ADVICE[errorClass]]) => [code, { text, class: errorClass, advice }]),
  );
}

/**
 * A number that is in no table. The application-specific range belongs to the service centre and is permanent; for
 * the rest nothing is known, so after ctrl-Z it must count as ambiguous (before ctrl-Z the caller says `temporary`).
 */
function unknownMeaning(code: number): ErrorMeaning {
  const errorClass: ErrorClass = code >= 224 && code <= 254 ? 'permanent' : 'ambiguous';
  return { text: `error ${code}`, class: errorClass, advice: ADVICE[errorClass] };
}

/** What `+CMS ERROR: code` means. Total: an unknown code gets a careful answer. */
export function cmsMeaning(code: number): ErrorMeaning {
  return CMS_BY_CODE.get(code) ?? unknownMeaning(code);
}

/** What `+CME ERROR: code` means. Total. */
export function cmeMeaning(code: number): ErrorMeaning {
  return CME_BY_CODE.get(code) ?? { text: `error ${code}`, class: 'ambiguous', advice: ADVICE.ambiguous };
}

/** The words of the specification where they differ from ours; modems with +CMEE=2 say these. */
const CMS_WORDS: readonly (readonly [string, number])[] = [
  ['sim not inserted', 310],
  ['sim pin required', 311],
  ['sim busy', 314],
  ['sim failure', 313],
  ['sim puk required', 316],
  ['memory full', 322],
  ['invalid memory index', 321],
  ['invalid pdu mode parameter', 304],
  ['operation not allowed', 302],
  ['operation not supported', 303],
  ['smsc address unknown', 330],
  ['no network service', 331],
  ['network timeout', 332],
  ['no +cnma acknowledgement expected', 340],
  ['unknown error', 500],
];

const CME_WORDS: readonly (readonly [string, number])[] = [
  ['sim not inserted', 10],
  ['sim pin required', 11],
  ['sim puk required', 12],
  ['sim failure', 13],
  ['sim busy', 14],
  ['sim wrong', 15],
  ['incorrect password', 16],
  ['operation not allowed', 3],
  ['operation not supported', 4],
  ['invalid index', 21],
  ['not found', 22],
  ['memory full', 20],
  ['no network service', 30],
  ['network timeout', 31],
  ['unknown', 100],
];

const codeOf = (words: readonly (readonly [string, number])[], said: string) =>
  words.find(([text]) => text === said.trim().toLowerCase())?.[1];

/** The number of a +CMS error told in words, when we know the words. */
export function cmsCodeOf(said: string): number | undefined {
  return codeOf(CMS_WORDS, said);
}

/** The number of a +CME error told in words, when we know the words. */
export function cmeCodeOf(said: string): number | undefined {
  return codeOf(CME_WORDS, said);
}

/** Codes that only mean "ask again in a moment": SIM busy, not ready, initialising. */
export function isBusy(kind: 'cme' | 'cms', code: number | undefined): boolean {
  const busy = kind === 'cme' ? [14, 515] : [301, 302, 314, 500, 515, 517, 518, 520, 532];
  return code !== undefined && busy.includes(code);
}
