/**
 * The emergency numbers of each country, the general one first. Sources: ITU-T E.161.1 (112 and 911), Directive (EU)
 * 2018/1972 article 109 (112 in all of the EU), and the regulators' national numbering plans. A country that is not
 * listed has 112; an organization adds its own in `voice.emergency.numbers`.
 */
const NUMBERS: Readonly<Record<string, string>> = {
  AE: '999 998 997',
  AR: '911 107 101 100',
  AT: '112 133 144 122 140',
  AU: '000 106 112',
  BE: '112 101',
  BR: '190 192 193',
  CA: '911',
  CH: '112 117 118 144',
  CL: '133 131 132',
  CN: '110 119 120 122',
  CO: '123',
  CR: '911',
  CZ: '112 150 155 158',
  DE: '112 110',
  EG: '122 123 180',
  ES: '112 091 092 061 080',
  FR: '112 15 17 18 114 115 119',
  GB: '999 112',
  GR: '112 100 166 199',
  HK: '999',
  HU: '112 104 105 107',
  ID: '112 110 113 118',
  IE: '999 112',
  IL: '100 101 102 112',
  IN: '112 100 101 102 108',
  IT: '112 113 115 118',
  JM: '119 110',
  JP: '110 119 118',
  KE: '999 112 911',
  KR: '112 119',
  MX: '911',
  MY: '999',
  NG: '112 199',
  NO: '112 110 113',
  NZ: '111',
  PH: '911',
  PK: '15 16 115',
  PL: '112 997 998 999',
  RO: '112',
  RS: '112 192 193 194',
  RU: '112 101 102 103',
  SA: '911 997 998 999',
  SG: '999 995',
  SK: '112 150 155 158',
  TH: '191 1669 199',
  TR: '112 110 155 156',
  TT: '999 990 811',
  TW: '110 119',
  UA: '112 101 102 103',
  US: '911',
  VN: '113 114 115',
  ZA: '10111 10177 112',
};

/** Understood everywhere, for people do not forget the number they grew up with (3GPP TS 22.101, 10.1). */
const EVERYWHERE = ['112', '911'];

const DEFAULT = ['112'];

/** What an emergency call is dialled as. */
export interface EmergencyNumber {
  readonly number: string;
  /**
   * True when it goes before an extension of the same number. So do the region's general number, and those that the
   * organization adds; the special ones (police, fire) do not, nor any from 100 to 109, where people number their first
   * telephones.
   */
  readonly goesFirst: boolean;
}

/**
 * The emergency number that somebody dialled, or undefined. A number of another country is dialled as the region's own,
 * because carriers here do not know it; without a region it is left as it is.
 */
export function emergencyNumberOf(
  dialed: string,
  region: string | undefined,
  more: readonly string[],
): EmergencyNumber | undefined {
  if (!/^[0-9]{2,6}$/.test(dialed)) return undefined;
  const local = region === undefined ? [] : (NUMBERS[region]?.split(' ') ?? DEFAULT);
  if (more.includes(dialed)) return { number: dialed, goesFirst: true };
  if (local.includes(dialed)) {
    const isGeneral = dialed === local[0] || EVERYWHERE.includes(dialed);
    return { number: dialed, goesFirst: isGeneral && !/^10[0-9]$/.test(dialed) };
  }
  return EVERYWHERE.includes(dialed) ? { number: local[0] ?? dialed, goesFirst: false } : undefined;
}
