import type { Clock } from '../../core/clock.ts';
import type { Timers } from '../time.ts';
import type { Mischief } from './mischief.ts';

export interface SimulatorOptions {
  /** The SIM's own telephone number. */
  readonly number: string;
  readonly imei: string;
  readonly imsi: string;
  readonly iccid?: string;
  readonly manufacturer?: string;
  readonly model?: string;
  /** Asked for after each power-on; absent: none. */
  readonly pin?: string;
  /** As after a power-on; default on. */
  readonly echo?: boolean;
  /** Slots of the SIM; default 20. */
  readonly storageSize?: number;
  readonly firstIndex?: 0 | 1;
  readonly operator?: string;
  readonly serviceCentre?: string;
  /** TP-MR of the first message; default 0. */
  readonly firstReference?: number;
  /** From ctrl-Z to the answer; default 0. */
  readonly submitDelayMs?: number;
  /** Values of the report place of +CNMI it accepts; default 0, 1 and 2. */
  readonly reportModes?: readonly number[];
  /** Whether it knows AT+CSMS=1 and waits for AT+CNMA; default yes. */
  readonly phase2plus?: boolean;
  /** How long it says nothing after a power-on; default 0. */
  readonly bootMs?: number;
  /** Said when it has started; default those of SIMCom. */
  readonly bootLines?: readonly string[];
  /** Said by itself now and then (`chatterEveryMs`), in turn: vendor noise. */
  readonly chatter?: readonly string[];
  readonly chatterEveryMs?: number;
  /** What goes wrong by chance. */
  readonly mischief?: Mischief;
  /** For the mischief; in [0, 1). */
  readonly random?: () => number;
  /** Answers of the network to USSD codes; others are not supported. Default `*100#`: a balance. */
  readonly ussd?: Readonly<Record<string, string>>;
  /** Takes and gives USSD as packed septets in hexadecimal, as Huawei sticks do; default no. */
  readonly packedUssd?: boolean;
  /** Said when a message has to wait because the memory is full; default nothing. */
  readonly memoryFullLine?: string;
  readonly timers?: Timers;
  readonly clock?: Clock;
}

/** What a restart forgets. */
export interface Settings {
  echo: boolean;
  errorNumbers: boolean;
  pduMode: boolean;
  phase: 0 | 1;
  indications: { mode: number; mt: number; bm: number; ds: number; bfr: number };
  watchRegistration: number;
  operatorFormat: number;
}

/** Text mode and no indications: a host that does not set itself up after a restart is found out. */
export function freshSettings(echo: boolean): Settings {
  return {
    echo,
    errorNumbers: false,
    pduMode: false,
    phase: 0,
    indications: { mode: 0, mt: 0, bm: 0, ds: 0, bfr: 0 },
    watchRegistration: 0,
    operatorFormat: 0,
  };
}
