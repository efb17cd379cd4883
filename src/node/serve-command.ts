import type { Command } from 'commander';
import { readConfig } from '../platform/config.ts';
import { welcome } from './welcome.ts';

/** `switchhook serve`: everything, until SIGINT or SIGTERM. */
export function registerServe(program: Command): void {
  program
    .command('serve')
    .description('answer calls, run modems, serve the API and the console')
    .option('--json', 'say the addresses as one JSON object')
    .addHelpText('after', '\nExample:\n  $ CONFIG_FILE=acme.yaml PUBLIC_URL=https://pbx.example.com switchhook serve')
    .action(async (options: { json?: boolean }) => {
      const { startServer } = await import('./serve.ts');
      const server = await startServer(readConfig(process.env));
      if (options.json) process.stdout.write(`${JSON.stringify({ url: server.url, demo: server.demo })}\n`);
      else process.stdout.write(welcome(server));
      await stopSignal();
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
