import type { Fault, Run } from '../run.js';

const PROXIES = { Redis: 'redisProxy', PostgreSQL: 'postgresProxy' } as const;
type Server = keyof typeof PROXIES;

const getProxy = (run: Run, server: Server) => run.fixture[PROXIES[server]];

/** No bytes arrive, and no connections are closed. The open connections stay silent afterward. */
const createPacketLoss = (server: Server): Fault => ({
  name: `network drops packets to ${server}`,
  mayReject: server === 'PostgreSQL',
  async inject(run) {
    getProxy(run, server).setBlackhole(true);
    run.countInjections();
    await run.pause(run.choose(20_000, 8000));
    getProxy(run, server).setBlackhole(false);
    await run.waitForRecovery(Date.now());
  },
});

const createConnectionResets = (server: Server): Fault => ({
  name: `network resets ${server}`,
  mayReject: server === 'PostgreSQL',
  async inject(run) {
    for (let remaining = run.choose(20, 4); remaining > 0; remaining--) {
      const injectedAt = Date.now();
      getProxy(run, server).resetConnections();
      run.countInjections();
      await run.waitForRecovery(injectedAt);
      await run.pause(100, 1000);
    }
  },
});

const createPacketDelay = (server: Server): Fault => ({
  name: `network delays ${server} by 500 ms`,
  mayReject: server === 'PostgreSQL',
  async inject(run) {
    getProxy(run, server).setDelay(500);
    run.countInjections();
    await run.pause(run.choose(20_000, 5000));
    getProxy(run, server).setDelay(0);
    await run.waitForRecovery(Date.now());
  },
});

const servers = Object.keys(PROXIES) as Server[];
export const networkFaults = servers.flatMap((server) => [
  createPacketLoss(server),
  createConnectionResets(server),
  createPacketDelay(server),
]);
