import type { ModemProfile } from './profile.ts';

/** Siemens and Cinterion: TC35, MC35, MC55, MC75, EHS, BGS. */
export const siemens: ModemProfile = {
  name: 'siemens',
  matches: /siemens|cinterion|gemalto|thales/i,
  indications: {
    value: [
      [2, 1, 0, 1, 1],
      [3, 1, 0, 1, 1],
      [2, 1, 0, 2, 1],
      [3, 1, 0, 2, 1],
    ],
    because: 'the buffer place must be 1, and the oldest know mode 3 only',
  },
  radioOff: { value: 'AT+COPS=2', because: 'CFUN 4 puts the TC35 to sleep and it takes no command then' },
  temperature: { command: 'AT^SCTM?', prefix: '^SCTM:', field: 2, scale: 1 },
  voltage: { command: 'AT^SBV', prefix: '^SBV:', field: 0, scale: 0.001 },
  pinTries: { command: 'AT^SPIC', prefix: '^SPIC:' },
};
