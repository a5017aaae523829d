import type { Fault } from '../run.js';
import type { Run } from '../run.js';

const SERVERS = { Redis: 'toRedis', PostgreSQL: 'toPostgres' } as const;
type Server = keyof typeof SERVERS;

const proxyOf = (run: Run, server: Server) => run.bench[SERVERS[server]];

/** Nothing arrives any more and nobody says so; what was open then stays dead. */
const swallowed = (server: Server): Fault => ({
  name: `the network swallows ${server}`,
  mayRefuse: server === 'PostgreSQL',
  async inject(run) {
    proxyOf(run, server).swallow(true);
    run.injected();
    await run.pause(run.of(20_000, 8000));
    proxyOf(run, server).swallow(false);
    await run.recovered(Date.now());
  },
});

const reset = (server: Server): Fault => ({
  name: `the network resets ${server}`,
  mayRefuse: server === 'PostgreSQL',
  async inject(run) {
    for (let left = run.of(20, 4); left > 0; left--) {
      const at = Date.now();
      proxyOf(run, server).reset();
      run.injected();
      await run.recovered(at);
      await run.pause(100, 1000);
    }
  },
});

const delayed = (server: Server): Fault => ({
  name: `the network delays ${server} by 500 ms`,
  mayRefuse: server === 'PostgreSQL',
  async inject(run) {
    proxyOf(run, server).delay(500);
    run.injected();
    await run.pause(run.of(20_000, 5000));
    proxyOf(run, server).delay(0);
    await run.recovered(Date.now());
  },
});

const servers = Object.keys(SERVERS) as Server[];
export const networkFaults = servers.flatMap((server) => [
  swallowed(server),
  reset(server),
  delayed(server),
]);
