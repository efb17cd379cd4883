import type { ModemProfile } from './profile.ts';

/** GM862, GL865, HE910, LE910. */
export const telit: ModemProfile = {
  name: 'telit',
  matches: /telit/i,
  startUp: [
    { value: 'AT#SELINT=2', because: 'older interface styles shorten the answers of the SMS commands' },
    { value: 'AT#SMSMODE=1', because: 'the extended behaviour reports the errors of the network instead of ERROR' },
    {
      value: 'AT+CSMP=49,167,0,0',
      because: 'some firmware reports delivery only with bit 5 of the text-mode first octet set, also in PDU mode',
    },
  ],
  sendTimeoutMs: { value: 120_000, because: 'the manual allows +CMGS 120 s' },
  restart: { value: 'AT#REBOOT', because: 'AT+CFUN=1,1 is not known before the xE910 family' },
  temperature: { command: 'AT#TEMPMON=1', prefix: '#TEMPMEAS:', field: 1, scale: 1 },
  voltage: { command: 'AT#CBC', prefix: '#CBC:', field: 1, scale: 0.01 },
  pinTries: { command: 'AT#PCT', prefix: '#PCT:' },
};
