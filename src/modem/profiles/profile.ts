/** A setting that departs from what every modem gets, and what the device does that makes it necessary. */
export interface Quirk<T> {
  readonly value: T;
  readonly because: string;
}

/** A reading the modem offers beyond the standard. `scale` makes volts of millivolts and degrees of tenths. */
export interface Gauge {
  readonly command: string;
  readonly prefix: string;
  /** Which number of the answer, counted from 0. */
  readonly field: number;
  readonly scale: number;
}

/** A command that tells the tries left for the PIN; `parsePinTries` knows the forms of the answer. */
export interface PinTries {
  readonly command: string;
  readonly prefix: string;
}

/**
 * How one family of modems departs from the standard, as data. What is left out is as `generic`. The engine asks the
 * profile; it never asks for a vendor.
 */
export interface ModemProfile {
  readonly name: string;
  /** Matched on manufacturer and model as the modem tells them. Absent: only chosen by hand, or as the last resort. */
  readonly matches?: RegExp;
  /** Commands of the start-up, after identification and before the PIN; each may fail without harm. */
  readonly startUp?: readonly Quirk<string>[];
  /** `AT+CNMI` settings to try before the usual ones. */
  readonly indications?: Quirk<readonly (readonly number[])[]>;
  /** AT+CMMS; default 2: the radio link is kept for the next slice. `null`: not sent. */
  readonly keepLink?: Quirk<0 | 1 | 2 | null>;
  /** Turns it off and on as a whole; default AT+CFUN=1,1. */
  readonly restart?: Quirk<string>;
  /** Takes the radio off the air; default AT+CFUN=4. */
  readonly radioOff?: Quirk<string>;
  /** How long the modem may take over a message, in milliseconds; default 60,000. */
  readonly sendTimeoutMs?: Quirk<number>;
  /** USSD requests go out as packed septets in hexadecimal; default as text. */
  readonly packedUssd?: Quirk<boolean>;
  /** A ringing call blocks messages and is ended by us; default: it is only reported. */
  readonly hangUp?: Quirk<boolean>;
  /** Tells the tries left for the PIN, where AT+CPINR does not; default AT+SPIC. */
  readonly pinTries?: PinTries;
  readonly temperature?: Gauge;
  readonly voltage?: Gauge;
}
