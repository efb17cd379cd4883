import type { SimulatorOptions } from './options.ts';

/** How the modems of a make look from outside, as far as a host can tell. */
export type VendorLook = Pick<
  SimulatorOptions,
  | 'manufacturer'
  | 'model'
  | 'echo'
  | 'firstIndex'
  | 'reportModes'
  | 'phase2plus'
  | 'bootLines'
  | 'chatter'
  | 'packedUssd'
  | 'memoryFullLine'
>;

/** The makes that can be played; each with the traits its profile of src/modem/profiles is there for. */
export const VENDORS: Readonly<Record<string, VendorLook>> = {
  generic: {},
  huawei: {
    manufacturer: 'huawei',
    model: 'E1550',
    firstIndex: 0,
    reportModes: [0, 2],
    phase2plus: false,
    packedUssd: true,
    memoryFullLine: '^SMMEMFULL:"SM"',
    bootLines: ['^SYSSTART', '^SIMST:1'],
    chatter: ['^RSSI:17', '^BOOT:27710117,0,0,0,75', '^MODE:5,4'],
  },
  zte: {
    manufacturer: 'ZTE INCORPORATED',
    model: 'MF180',
    memoryFullLine: '+ZSMMEMFULL: "SM"',
    bootLines: ['+ZUSIMR:2'],
    chatter: ['+ZPAS: "EDGE","CS_PS"', '+ZUSIMR:2'],
  },
  quectel: {
    manufacturer: 'Quectel',
    model: 'EC25',
    bootLines: ['RDY', '+CPIN: READY', '+QIND: SMS DONE', '+QIND: PB DONE'],
    chatter: ['+QIND: "csq",25,99'],
  },
  simcom: {
    manufacturer: 'SIMCOM_Ltd',
    model: 'SIMCOM_SIM800C',
    bootLines: ['RDY', '+CFUN: 1', '+CPIN: READY', 'Call Ready', 'SMS Ready'],
    chatter: ['*PSUTTZ: 26,11,21,16,40,0,"+4",0'],
  },
  telit: { manufacturer: 'Telit', model: 'LE910', reportModes: [0, 1, 2], bootLines: ['#STN: 254'] },
  sierra: {
    manufacturer: 'WAVECOM MODEM',
    model: 'Q2406B',
    reportModes: [0, 1],
    phase2plus: false,
    bootLines: ['+WIND: 1', '+WIND: 4'],
  },
  ublox: { manufacturer: 'u-blox', model: 'SARA-U201', bootLines: ['+UUSIMSTAT: 1'] },
  siemens: { manufacturer: 'SIEMENS', model: 'TC35', echo: true, bootLines: ['^SYSSTART'] },
};
