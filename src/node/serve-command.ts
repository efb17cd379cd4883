import { join } from 'node:path';
import type { Command } from 'commander';
import { say } from '../cli/output.ts';
import { readConfig } from '../platform/config.ts';
import { startWatchdog } from './watchdog.ts';
import { welcome } from './welcome.ts';

/** `switchhook serve`: everything, until SIGINT or SIGTERM. */
export function registerServe(program: Command): void {
  program
    .command('serve')
    .description('answer calls, run modems, serve the API and the console')
    .option('--json', 'say the addresses as one JSON object')
    .addHelpText('after', '\nExample:\n  $ CONFIG_FILE=acme.yaml PUBLIC_URL=https://pbx.example.com switchhook serve')
    .action(async (options: { json?: boolean }) => {
      const [{ startServer }, { holdsDatabase }] = await Promise.all([
        import('./serve.ts'),
        import('../db/embedded/engine.ts'),
      ]);
      // On a terminal the sign-in link must not scroll away under a line for each request.
      const quiet = process.stderr.isTTY && process.env.LOG_LEVEL === undefined ? { LOG_LEVEL: 'warn' } : {};
      const config = readConfig({ ...process.env, ...quiet });
      if (config.DATABASE_URL === undefined && !holdsDatabase(join(config.DATA_DIR, 'postgres'))) {
        say(`Making the database in ${config.DATA_DIR}. This happens once and takes some seconds.`);
      }
      const server = await startServer(config);
      if (options.json)
        process.stdout.write(
          `${JSON.stringify({ url: server.url, publicUrl: server.publicUrl, tlsUrl: server.tlsUrl, demo: server.demo, bootstrapCode: server.bootstrapCode })}\n`,
        );
      else process.stdout.write(welcome(server));
      const watchdog = startWatchdog(process.env);
      watchdog.ready();
      await stopSignal();
      watchdog.stop();
      await server.close();
      // A serial port that does not close must not keep the process.
      process.exit();
    });
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
}
