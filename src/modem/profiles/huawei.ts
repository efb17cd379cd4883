import type { ModemProfile } from './profile.ts';

/** E1xx, E17xx, E3xxx, K3xxx, MS, ME909. */
export const huawei: ModemProfile = {
  name: 'huawei',
  matches: /huawei/i,
  startUp: [
    { value: 'AT^CURC=0', because: 'its ^RSSI and ^DSFLOWRPT lines would fill the port' },
    { value: 'AT^PORTSEL=1', because: 'indications come on the port that asked for them, not on the modem port' },
  ],
  indications: {
    value: [
      [2, 1, 0, 2, 0],
      [1, 1, 0, 2, 0],
    ],
    because: 'Qualcomm firmware announces ds 1 and answers it with an error, or accepts it and says nothing',
  },
  packedUssd: { value: true, because: 'E1xx to K3xxx take and give USSD as packed septets in hexadecimal' },
  temperature: { command: 'AT^CHIPTEMP?', prefix: '^CHIPTEMP:', field: 2, scale: 0.1 },
  pinTries: { command: 'AT^CPIN?', prefix: '^CPIN:' },
};
