import { type CallDirection, type CallerInput, parseCallerInput } from '../../routing/index.ts';
import { DIRECTIONS } from './directions.ts';
import { type HoursSwitch, readHoursSwitch } from './hours-switch.ts';

/** What the command line said. */
export interface CallOptions {
  readonly config?: string;
  /** Play against the draft that is stored, instead of a file. */
  readonly draft?: boolean;
  readonly organization?: string;
  readonly from?: string;
  readonly to?: string;
  readonly direction?: string;
  readonly at?: string;
  /** The `--then` steps. */
  readonly steps?: readonly string[];
  readonly json?: boolean;
  readonly server?: string;
  /** What endpoints of custom logic answer. */
  readonly customLogic?: string;
  /** The `--hours` switches. */
  readonly hours?: readonly string[];
}

/** The options, checked. */
export interface CallRequest {
  /** Absent: the draft. */
  readonly config: string | undefined;
  readonly from: string;
  readonly to: string;
  readonly direction: CallDirection;
  readonly at: Date | undefined;
  readonly inputs: readonly CallerInput[];
  readonly json: boolean;
  readonly server: string | undefined;
  readonly customLogic: string | undefined;
  readonly hours: readonly HoursSwitch[];
}

/** The options, checked; a string says what is wrong with them. */
export function readOptions(options: CallOptions): CallRequest | string {
  const { config, from, to, server } = options;
  if (config === undefined && options.draft !== true) return 'name the configuration with --config FILE';
  if (config !== undefined && options.draft === true) return 'take either --config FILE or --draft';
  if (from === undefined || to === undefined) return 'say who calls and what was dialled: --from F --to T';
  const direction = DIRECTIONS.find((candidate) => candidate === (options.direction ?? 'inbound'));
  if (direction === undefined) return `--direction is one of ${DIRECTIONS.join(', ')}`;
  const at = options.at === undefined ? undefined : new Date(options.at);
  if (at !== undefined && Number.isNaN(at.getTime())) return '--at wants a time such as 2026-12-25T10:00:00-05:00';
  if (at !== undefined && server !== undefined) return '--at cannot be used with --server: a server has its own clock';
  if (options.customLogic !== undefined && server !== undefined)
    return '--custom-logic cannot be used with --server: a server asks the real endpoint';
  if (options.hours !== undefined && server !== undefined)
    return '--hours cannot be used with --server: switch the hours there with "switchhook hours close"';
  if (server !== undefined && !URL.canParse(server)) return '--server wants an address such as http://127.0.0.1:8080';
  const inputs: CallerInput[] = [];
  for (const step of options.steps ?? []) {
    const input = parseCallerInput(step);
    if (input === undefined) {
      return `--then "${step}" is not a step; use digits:12, noinput, dial:no-answer|busy|failed|completed, speech:TEXT or record:SECONDS`;
    }
    inputs.push(input);
  }
  const hours: HoursSwitch[] = [];
  for (const text of options.hours ?? []) {
    const read = readHoursSwitch(text);
    if (read === undefined)
      return `--hours "${text}" is no switch; use office=open, office=closed or office=closed@2026-12-25T18:00:00-05:00`;
    hours.push(read);
  }
  return {
    config,
    from,
    to,
    direction,
    at,
    inputs,
    json: options.json ?? false,
    server,
    customLogic: options.customLogic,
    hours,
  };
}
