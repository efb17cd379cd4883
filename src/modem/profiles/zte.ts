import type { ModemProfile } from './profile.ts';

/** MF1xx, MF6xx, MF8xx. */
export const zte: ModemProfile = {
  name: 'zte',
  matches: /\bzte\b|^MF\d{3}/i,
  startUp: [
    { value: 'AT+CPMS?', because: 'the stick floods the port with +ZUSIMR:2 and hangs until this was asked' },
    { value: 'AT+ZOPRT=5', because: 'some sticks start offline and stay there' },
  ],
  pinTries: { command: 'AT+ZPINPUK=?', prefix: '+ZPINPUK:' },
};
