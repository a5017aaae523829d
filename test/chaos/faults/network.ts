import type { Fault, Run } from '../run.js';

const SERVERS = { Redis: 'toRedis', PostgreSQL: 'toPostgres' } as const;
type Server = keyof typeof SERVERS;

const proxyOf = (run: Run, server: Server) => run.bench[SERVERS[server]];

/** No byte arrives, and no connection ends. Connections that were open stay silent afterwards. */
const swallowed = (server: Server): Fault => ({
  name: `network drops packets to ${server}`,
  mayReject: server === 'PostgreSQL',
  async inject(run) {
    proxyOf(run, server).setBlackhole(true);
    run.countInjections();
    await run.pause(run.choose(20_000, 8000));
    proxyOf(run, server).setBlackhole(false);
    await run.waitForRecovery(Date.now());
  },
});

const reset = (server: Server): Fault => ({
  name: `network resets ${server}`,
  mayReject: server === 'PostgreSQL',
  async inject(run) {
    for (let left = run.choose(20, 4); left > 0; left--) {
      const at = Date.now();
      proxyOf(run, server).reset();
      run.countInjections();
      await run.waitForRecovery(at);
      await run.pause(100, 1000);
    }
  },
});

const delayed = (server: Server): Fault => ({
  name: `network delays ${server} by 500 ms`,
  mayReject: server === 'PostgreSQL',
  async inject(run) {
    proxyOf(run, server).delay(500);
    run.countInjections();
    await run.pause(run.choose(20_000, 5000));
    proxyOf(run, server).delay(0);
    await run.waitForRecovery(Date.now());
  },
});

const servers = Object.keys(SERVERS) as Server[];
export const networkFaults = servers.flatMap((server) => [
  swallowed(server),
  reset(server),
  delayed(server),
]);
