/** Commands that one family of modems needs at the start; matched on what it says of itself. */
interface StartUpExtra {
  readonly matches: RegExp;
  readonly commands: readonly string[];
  readonly because: string;
}

const EXTRAS: readonly StartUpExtra[] = [
  { matches: /huawei/i, commands: ['AT^CURC=0'], because: 'its ^RSSI and ^DSFLOWRPT lines would fill the port' },
  {
    matches: /telit/i,
    commands: ['AT+CSMP=49,167,0,0'],
    because: 'some firmware reports delivery only with bit 5 of the text-mode first octet set, also in PDU mode',
  },
  { matches: /simcom/i, commands: ['AT+CSCLK=0'], because: 'power saving swallows the first characters' },
];

/** Extra start-up commands for this modem; each may fail without harm. */
export function startUpExtras(identity: {
  readonly manufacturer?: string;
  readonly model?: string;
}): readonly string[] {
  const name = `${identity.manufacturer ?? ''} ${identity.model ?? ''}`;
  return EXTRAS.filter((extra) => extra.matches.test(name)).flatMap((extra) => extra.commands);
}
