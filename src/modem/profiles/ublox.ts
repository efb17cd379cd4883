import type { ModemProfile } from './profile.ts';

/** LEON, SARA, LISA, TOBY. */
export const ublox: ModemProfile = {
  name: 'ublox',
  matches: /u-?blox/i,
  startUp: [{ value: 'AT+UPSV=0', because: 'power saving on the UART loses the first characters after a silence' }],
  restart: { value: 'AT+CFUN=16', because: '16 is the value that resets module and SIM card together' },
  sendTimeoutMs: { value: 150_000, because: 'the manual allows +CMGS 150 s on LTE' },
  pinTries: { command: 'AT+UPINCNT', prefix: '+UPINCNT:' },
};
