import type { ModemProfile } from './profile.ts';

/** M95, UC20, EC2x, EG2x, EP06, BG9x. */
export const quectel: ModemProfile = {
  name: 'quectel',
  matches: /quectel/i,
  startUp: [
    { value: 'AT+QURCCFG="urcport","all"', because: 'indications go to one port by default, which may not be ours' },
    { value: 'AT+QINDCFG="csq",0', because: 'signal indications would come every second' },
  ],
  sendTimeoutMs: { value: 120_000, because: 'SMS over IMS may take two minutes to be refused (manual: 120 s)' },
  temperature: { command: 'AT+QTEMP', prefix: '+QTEMP:', field: 0, scale: 1 },
  voltage: { command: 'AT+CBC', prefix: '+CBC:', field: 2, scale: 0.001 },
  pinTries: { command: 'AT+QPINC="SC"', prefix: '+QPINC:' },
};
