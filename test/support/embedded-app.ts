import { startEmbeddedServers } from '../../src/platform/embedded/embedded-servers.js';

/**
 * A minimal app on embedded servers, for tests that kill it: `node --import tsx embedded-app.ts DATA_DIR`.
 * Prints one JSON line once the servers are running, and stops them on SIGINT or SIGTERM.
 */
const log = { info: () => {}, warn: console.error, error: console.error };
const servers = await startEmbeddedServers({ DATA_DIR: process.argv[2] }, log).catch(
  (error: unknown) => {
    console.log(JSON.stringify({ error: (error as Error).message }));
    process.exit(1);
  },
);
const keepAliveTimer = setInterval(() => {}, 60_000);
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    clearInterval(keepAliveTimer);
    void servers.stop();
  });
}
console.log(JSON.stringify({ databaseUrl: servers.databaseUrl, redisUrl: servers.redisUrl }));
