/*
 * Bits of the first octet of a TPDU (3GPP TS 23.040 9.2.3). Bits 2 and 5 have one meaning towards the network and
 * another from it.
 */

export const TYPE_MASK = 0x03;
/** Message type indicators; 11 is reserved and reads as DELIVER. */
export const DELIVER = 0;
export const SUBMIT = 1;
export const STATUS_REPORT = 2;

/** TP-MMS is set when no more messages wait: the other way round than its name says. */
export const NO_MORE_MESSAGES = 0x04;
export const REJECT_DUPLICATES = 0x04;
/** TP-VPF, two bits. */
export const VALIDITY_FORMAT_SHIFT = 3;
/** TP-SRI in a DELIVER, TP-SRR in a SUBMIT, TP-SRQ in a STATUS-REPORT. */
export const STATUS_REPORT_BIT = 0x20;
export const HAS_HEADER = 0x40;
export const REPLY_PATH = 0x80;

/** The flag when the condition holds, else no bits. */
export function flag(condition: boolean | undefined, bit: number): number {
  return condition === true ? bit : 0;
}
