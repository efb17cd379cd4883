import type { ModemProfile } from './profile.ts';

/** Wavecom and Sierra Wireless: Q24, Fastrack, SL8084, MC. */
export const sierra: ModemProfile = {
  name: 'sierra',
  matches: /wavecom|sierra/i,
  startUp: [{ value: 'AT+WIND=0', because: '+WIND boot codes would be taken for a restart in the middle of work' }],
  indications: {
    value: [
      [2, 1, 0, 1, 0],
      [1, 1, 0, 1, 0],
    ],
    because: 'some MC modems accept ds 0 or 1 only',
  },
  keepLink: { value: null, because: 'a send that meets an arriving message on a held link ends in 515 and a hang' },
  voltage: { command: 'AT+CBC', prefix: '+CBC:', field: 2, scale: 0.001 },
  pinTries: { command: 'AT+CPINC?', prefix: '+CPINC:' },
};
