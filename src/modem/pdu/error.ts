/** Why a PDU could not be read. Scripts and logs rely on these words. */
export type PduErrorCode =
  | 'pdu.empty'
  | 'pdu.not_hex'
  | 'pdu.too_long'
  | 'pdu.truncated'
  | 'pdu.address_too_long'
  | 'pdu.header_overrun'
  | 'pdu.type_mismatch';

/** One failed reading: a stable code and a sentence that names the field. */
export interface PduError {
  readonly code: PduErrorCode;
  readonly message: string;
}

/**
 * What had to be overlooked to read a PDU. An empty list is a PDU without blemish.
 *
 * - `smsc_missing`: the string starts with the TPDU, some modems omit the service centre field;
 * - `odd_digits`: half an octet was left over at the end;
 * - `user_data_cut`: TP-UDL announces more than there is;
 * - `header_overrun`: the user data header is announced but does not fit, everything was read as text;
 * - `header_malformed`: an element runs over the end of the header; the text after the header is unharmed.
 */
export type PduRepair = 'smsc_missing' | 'odd_digits' | 'user_data_cut' | 'header_overrun' | 'header_malformed';
