import type { ModemProfile } from './profile.ts';

/** SIM800, SIM900, SIM868, SIM7x00. */
export const simcom: ModemProfile = {
  name: 'simcom',
  matches: /simcom|\bSIM\d{3,4}/i,
  startUp: [
    { value: 'AT+CSCLK=0', because: 'power saving swallows the first characters of a command' },
    { value: 'AT+CIURC=0', because: 'Call Ready and SMS Ready are found by asking, and would look like a restart' },
  ],
  radioOff: { value: 'AT+CFUN=0', because: 'a lost network comes back only after CFUN 0 and 1; level 4 is not enough' },
  hangUp: { value: true, because: 'a running call blocks sending on SIM800' },
  voltage: { command: 'AT+CBC', prefix: '+CBC:', field: 2, scale: 0.001 },
  temperature: { command: 'AT+CMTE?', prefix: '+CMTE:', field: 1, scale: 1 },
};
