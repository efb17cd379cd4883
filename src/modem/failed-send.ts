import type { ModemError } from './modem-error.ts';

/** The memory must be emptied before anything else works: +CMS 208, 211, 322, +CME 20. */
const MEMORY_FULL_CODES = [208, 211, 322, 20];
/** The SIM is gone or locked: +CMS 310 to 318, +CME 10 to 18. The set-up finds out which, and says so. */
const SIM_CODES = [310, 311, 312, 313, 315, 316, 317, 318, 10, 11, 12, 13, 15, 17, 18];
/** No reset brings it: the service centre's number has to be set, or the network has to take the card. */
const NOT_MENDED = [330, 331, 30, 32, 53, 54, 55, 102, 103, 104, 105, 106, 107, 108, 111, 112, 113, 114, 115];
/** So many messages in a row that the modem itself could not take: it is set up again, and at last reset. */
const SET_UP_AFTER = 3;
const RESET_AFTER = 6;

/** What a message that did not go out asks for. */
export interface AfterFailedSend {
  readonly asks: 'nothing' | 'sweep' | 'set-up' | 'reset';
  /** Messages in a row, this one included, that the modem itself could not take; one that goes out ends the row. */
  readonly unableInARow: number;
}

/**
 * What to do with a modem after a message it did not send. Modems are known to fall back to text mode or restart unseen,
 * so after an anomaly it is set up again. One that answers and cannot send may have lost its card, or a part of it hangs
 * that only a reset brings back.
 */
export function afterFailedSend(error: ModemError, unableInARow: number): AfterFailedSend {
  const { reason, code } = error;
  const isStrange = reason === 'timeout' || reason === 'rejected';
  if (isStrange && error.class !== 'permanent') return { asks: 'set-up', unableInARow: 0 };
  if (code !== undefined && MEMORY_FULL_CODES.includes(code)) return { asks: 'sweep', unableInARow };
  if (code === undefined || error.class !== 'modem' || NOT_MENDED.includes(code)) {
    return { asks: 'nothing', unableInARow: 0 };
  }
  const unable = unableInARow + 1;
  if (unable >= RESET_AFTER) return { asks: 'reset', unableInARow: unable };
  const isSetUpAgain = SIM_CODES.includes(code) || unable === SET_UP_AFTER;
  return { asks: isSetUpAgain ? 'set-up' : 'nothing', unableInARow: unable };
}
