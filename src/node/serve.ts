import { readFile } from 'node:fs/promises';
import { attachLive, createLiveHub, RESOURCE_CHANGES } from '../api/index.ts';
import { createMediaServer } from '../api/media-server.ts';
import { createOperations } from '../api/operations.ts';
import { applyOrganizationFile, readOrganizationFile } from '../configuration/index.ts';
import { systemClock } from '../core/clock.ts';
import { AppError, messageOf } from '../core/errors.ts';
import { uuidv7 } from '../core/ids.ts';
import { Context } from '../db/context.ts';
import { migrateDatabase } from '../db/migrate.ts';
import { type Database, openDatabase } from '../db/open.ts';
import { Postman, purgeEmails, queueEmail, smtpServer } from '../deliveries/index.ts';
import { createBootstrapCode, ensureApiKey, keepIdentityHouse, listOrganizations } from '../identity/index.ts';
import { countOpenSlices, createMessaging, getMessage, listModemStates } from '../messaging/index.ts';
import { systemTimers } from '../modem/index.ts';
import type { Config } from '../platform/config.ts';
import { createLog, type Log } from '../platform/log.ts';
import { createMetrics } from '../platform/metrics.ts';
import { createSafePost } from '../platform/safe-post.ts';
import type { SecretBox } from '../platform/secrets.ts';
import { createShutdown } from '../platform/shutdown.ts';
import {
  createBlockListStore,
  createCounters,
  createInquiries,
  createPlanStore,
  findCall,
  forgetOutboundCalls,
  giveUpExpired,
  purgeBlockListChanges,
  purgeUsageWindows,
} from '../voice/index.ts';
import {
  createCallbackTaker,
  createCustomLogic,
  createVoiceAnswerer,
  createVoiceApp,
  type VoiceAppOptions,
} from '../webhooks/index.ts';
import { createApplication } from './application.ts';
import { cloudonixDeps } from './cloudonix.ts';
import { demoRoutes } from './demo/demo.routes.ts';
import { type DemoLife, startDemoLife } from './demo/life.ts';
import { type Demo, prepareDemo } from './demo/prepare.ts';
import { createDepartures } from './departures.ts';
import { nodeDigests } from './digests.ts';
import { smtpSettings } from './email.ts';
import { startHttpServer } from './http-server.ts';
import { openCallJournal } from './journal.ts';
import { createOpenModem } from './modems.ts';
import { phonePage, phoneRoutes } from './phone/phone.routes.ts';
import { localUrlOf, publicUrlOf } from './public-url.ts';
import { openSecretBox } from './secret-key.ts';
import { newControlToken, writeServerFile } from './server-file.ts';
import { createSimulators } from './simulators.ts';
import { startTextDecisions } from './text-decisions.ts';

/** Answers kept for repeats of a request are dropped a day later; looking once an hour is enough. */
const HOUSEKEEPING_MS = 3_600_000;

/** Places at AI assistants whose call never told its end are looked for this often. */
const SWEEP_MS = 60_000;

/** A process that was away longer reads long block lists whole. */
const BLOCK_LIST_CHANGES_KEPT_MS = 3_600_000;

export interface RunningServer {
  readonly url: string;
  /** Where people find it: what links name. */
  readonly publicUrl: string;
  /** Where client certificates sign in; absent without TLS_CERT. */
  readonly tlsUrl: string | undefined;
  /** What the demo has to show; absent when there is a configuration. */
  readonly demo: Demo | undefined;
  /** Lets one person become the first owner; absent when there is one. */
  readonly bootstrapCode: string | undefined;
  /** Stops in order: no new requests, modems, journal, database. */
  close(): Promise<void>;
}

/** Starts everything. What fails undoes what was already started. */
export async function startServer(config: Config): Promise<RunningServer> {
  const log = createLog(config.LOG_LEVEL);
  const shutdown = createShutdown(log);
  try {
    return await start(config, log, shutdown);
  } catch (error) {
    await shutdown.run();
    throw error;
  }
}

async function start(config: Config, log: Log, shutdown: ReturnType<typeof createShutdown>): Promise<RunningServer> {
  const clock = systemClock;
  const metrics = createMetrics();
  const secrets = openSecretBox(config);
  const report = (error: unknown) => log.warn({ error }, 'something in the background failed');

  const database = await openDatabase({
    url: config.DATABASE_URL,
    directory: config.DATA_DIR,
    poolSize: config.DATABASE_POOL_SIZE,
    onUpkeepFault: (error) => log.warn({ error: messageOf(error) }, 'the embedded database could not be looked after'),
  });
  shutdown.add('database', () => database.close());
  const steps = await migrateDatabase(database.orm);
  log.info({ engine: database.engine, migrations: steps, cleanStop: database.wasClosedCleanly }, 'database open');
  if (!database.wasClosedCleanly)
    log.warn({}, 'the embedded database was not closed properly last time; it has recovered');

  if (config.CONFIG_FILE !== undefined) await applyAtStart(config, database, secrets);
  const demo =
    config.CONFIG_FILE === undefined && config.SWITCHHOOK_DEMO
      ? await prepareDemo({ database, secrets, clock, dataDirectory: config.DATA_DIR })
      : undefined;

  const journal = openCallJournal({ config, db: database.orm, log, metrics });
  shutdown.add('journal', () => journal.close());
  const blockLists = await createBlockListStore({ database, log });
  shutdown.add('block lists', () => blockLists.close());
  metrics.showBlockLists(() => blockLists.size());
  const plans = await createPlanStore({ database, secrets, log, blockLists });
  shutdown.add('plans', () => plans.close());

  // The port may be the system's to choose, so the URL is only known once it listens.
  let publicUrl = publicUrlOf(config, config.PORT);
  const voiceOptions: VoiceAppOptions = {
    plans,
    events: journal.sink,
    counters: createCounters(database.orm),
    inquiries: createInquiries({
      contextOf: (organizationId, name) => systemContext(database, secrets, organizationId, name),
      askCustomLogic: createCustomLogic({ send: createSafePost(), clock, newId: () => uuidv7(), digests: nodeDigests }),
    }),
    continuationKey: secrets.derive('voice-continuation'),
    publicUrl: () => publicUrl,
    clock,
    digests: nodeDigests,
    log,
    metrics: {
      answered: (ms, outcome) => metrics.voiceAnswers[outcome].observe(ms / 1000),
      counterFellBack: () => metrics.counterFallbacks.inc(),
      callback: (kind, status) => metrics.voiceCallbacks.inc({ kind, status: String(status) }),
    },
  };
  const answer = createVoiceAnswerer(voiceOptions);
  const take = createCallbackTaker(voiceOptions);
  const voice = createVoiceApp(voiceOptions, answer, take);

  const simulators = createSimulators();
  shutdown.add('simulated modems', () => simulators.close());
  const messaging = createMessaging({
    database,
    secrets,
    openModem: createOpenModem({
      db: database.orm,
      openSimulated: simulators.open,
      metrics,
      powerCommand: config.MODEM_POWER_COMMAND,
    }),
    departures: createDepartures(config.DATA_DIR),
    clock,
    timers: systemTimers,
    log,
  });
  shutdown.add('modems', () => messaging.close());
  metrics.showOpenSlices(() => countOpenSlices(database.orm));
  await messaging.start();

  const mail = smtpSettings(config);
  if (mail !== undefined) {
    const server = smtpServer(mail);
    const postman = new Postman({ database, server, secrets, clock, timers: systemTimers, random: Math.random, log });
    shutdown.add('e-mails', () => postman.close());
    await postman.start();
  }

  const hub = createLiveHub({ clock, sources: liveSources(database, secrets), report });
  metrics.countLiveClients(() => hub.clientCount);
  shutdown.add('live connections', await attachLive(hub, database, report));

  const sweep = setInterval(() => {
    giveUpExpired(database.orm, clock.now()).catch(report);
    purgeBlockListChanges(database.orm, new Date(clock.now().getTime() - BLOCK_LIST_CHANGES_KEPT_MS)).catch(report);
  }, SWEEP_MS);
  shutdown.add('sweep', () => clearInterval(sweep));
  shutdown.add('text decisions', await startTextDecisions({ database, secrets, report }));

  const housekeeping = setInterval(() => {
    keepIdentityHouse({ db: database.orm, clock }).catch(report);
    forgetOutboundCalls(database.orm, clock.now()).catch(report);
    purgeUsageWindows(database.orm, clock.now()).catch(report);
    purgeEmails(database.orm, clock.now()).catch(report);
  }, HOUSEKEEPING_MS);
  shutdown.add('housekeeping', () => clearInterval(housekeeping));

  let demoLife: DemoLife | undefined;
  const operatorToken = newControlToken();
  const listening = {
    host: config.HOST,
    voice: (request: Request) => voice.fetch(request),
    answer,
    take,
    rest: (request: Request, env: object) => rest.fetch(request, env),
    log,
    metrics,
  };
  // `rest` is made in the same breath as the port is known: its links and cookies name the real address.
  const server = await startHttpServer({ ...listening, port: config.PORT });
  shutdown.add('HTTP server', () => server.close());
  publicUrl = publicUrlOf(config, server.port);
  const rest = createApplication({
    database,
    clock,
    secrets,
    log,
    publicUrl,
    live: hub,
    cloudonix: cloudonixDeps(
      config,
      secrets,
      () => publicUrl,
      () => demoLife?.rest,
    ),
    operatorToken,
    ...(mail === undefined ? {} : { sendEmail: queueEmail }),
    corsOrigins: config.CORS_ORIGINS,
    ...(config.API_REQUESTS_PER_MINUTE === 0 ? {} : { requestsPerMinute: config.API_REQUESTS_PER_MINUTE }),
    hasDemo: demo !== undefined,
    routes:
      demo === undefined ? [] : [...demoRoutes((request) => voice.fetch(request)), ...phoneRoutes(simulators.phones)],
    routers: [
      ...(demo === undefined ? [] : [phonePage()]),
      { path: '/', router: createMediaServer({ db: database.orm }) },
      {
        path: '/',
        router: createOperations({
          metrics: metrics.registry,
          checks: [
            { name: 'database', check: () => database.ping() },
            { name: 'journal', check: () => journal.check() },
          ],
        }),
      },
    ],
  });
  const tlsUrl = await startTls();
  const local = localUrlOf(config, server.port);
  shutdown.add('server file', writeServerFile(config.DATA_DIR, { url: local, token: operatorToken, pid: process.pid }));
  if (demo !== undefined) {
    demoLife = await startDemoLife((request) => voice.fetch(request));
    shutdown.add('demo calls', () => demoLife?.close());
  }
  log.info({ url: local, organizations: plans.size() }, 'serving');
  const bootstrapCode = await bootstrapCodeOf(database, secrets);
  return { url: local, publicUrl, tlsUrl, demo, bootstrapCode, close: () => shutdown.run() };

  async function startTls(): Promise<string | undefined> {
    if (config.TLS_CERT === undefined || config.TLS_KEY === undefined) return undefined;
    const tls = { cert: config.TLS_CERT, key: config.TLS_KEY };
    const secure = await startHttpServer({ ...listening, port: config.TLS_PORT, tls });
    shutdown.add('TLS server', () => secure.close());
    return localUrlOf(config, secure.port).replace('http:', 'https:');
  }
}

/** Where there is at most one organization and it has no owner: the code for its first. Every start makes a new one. */
async function bootstrapCodeOf(database: Database, secrets: SecretBox): Promise<string | undefined> {
  const [organization, ...others] = await listOrganizations(database.orm);
  if (others.length > 0) return undefined;
  const context = systemContext(database, secrets, organization?.id ?? NO_ORGANIZATION, 'start');
  return (await createBootstrapCode(context, organization?.id))?.code;
}

const NO_ORGANIZATION = '00000000-0000-0000-0000-000000000000';

/** How the console reads what a notification says has changed. */
function liveSources(database: Database, secrets: SecretBox) {
  const read =
    <T>(get: (context: Context, id: string) => Promise<T>) =>
    async (organizationId: string, id: string) => {
      const context = systemContext(database, secrets, organizationId, 'live');
      return get(context, id);
    };
  return {
    resource: RESOURCE_CHANGES,
    call: { permission: 'voice.call.read', read: read(findCall) },
    message: { permission: 'sms.message.read', read: read(getMessage) },
    modem: {
      permission: 'sms.modem.read',
      read: read(async (context, id) => (await listModemStates(context)).items.find((modem) => modem.id === id)),
    },
  };
}

function systemContext(database: Database, secrets: SecretBox, organizationId: string, name: string): Context {
  return new Context({
    db: database.orm,
    organizationId,
    actor: { kind: 'system', id: null, name },
    can: () => true,
    clock: systemClock,
    secrets,
  });
}

async function applyAtStart(config: Config, database: Database, secrets: SecretBox): Promise<void> {
  const path = config.CONFIG_FILE ?? '';
  const read = readOrganizationFile(await readFile(path, 'utf8'));
  if (!read.ok) {
    throw new AppError({
      code: 'configuration.invalid',
      kind: 'invalid',
      detail: read.problems.map((problem) => `${path}:${problem.line}: ${problem.path} ${problem.message}`).join('\n'),
      problems: read.problems,
    });
  }
  const actor = { kind: 'system', id: null, name: 'start' } as const;
  const { organizationId } = await applyOrganizationFile(
    { db: database.orm, actor, can: () => true, clock: systemClock, secrets },
    read.value,
  );
  if (config.BOOTSTRAP_API_KEY === undefined) return;
  await ensureApiKey(systemContext(database, secrets, organizationId, 'start'), 'bootstrap', config.BOOTSTRAP_API_KEY);
}
