import type { LookupAddress } from 'node:dns';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../../../../test/support/eventually.js';
import { serveFile } from '../../../../test/support/origin-behaviors.js';
import { OriginServer } from '../../../../test/support/origin-server.js';
import { createDownloader } from '../../../../test/support/outbound.js';
import { UnresponsivePort } from '../../../../test/support/unresponsive-port.js';
import { connectToFirst, interleaveFamilies } from './happy-eyeballs.js';

const ANSWERS: LookupAddress = { address: '127.0.0.1', family: 4 };
const SILENT: LookupAddress = { address: '127.0.0.2', family: 4 };
const REFUSES: LookupAddress = { address: '127.0.0.3', family: 4 };
/** Fails on this machine, as IPv6 does where there is none: the attempt starts from a foreign address. */
const NO_ROUTE: LookupAddress = { address: '127.0.0.4', family: 4 };

let origin: OriginServer;
let silent: UnresponsivePort;
let sockets: Socket[];
let attempts: string[];

beforeEach(async () => {
  origin = await OriginServer.start();
  silent = await UnresponsivePort.open(SILENT.address, origin.port);
  [sockets, attempts] = [[], []];
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await Promise.all([silent.close(), origin.close()]);
});

const connectTo = ({ address }: LookupAddress): Socket => {
  attempts.push(address);
  const localAddress = address === NO_ROUTE.address ? '192.0.2.1' : undefined;
  const socket = connect({ host: address, port: origin.port, localAddress });
  sockets.push(socket);
  return socket;
};
const openSockets = () => sockets.filter(({ destroyed }) => !destroyed);

describe('connectToFirst()', () => {
  it('connectToFirst() connects to the second address while the first does not answer', async () => {
    const socket = await connectToFirst([SILENT, ANSWERS], connectTo);
    expect(socket.remoteAddress).toBe(ANSWERS.address);
    expect(openSockets()).toEqual([socket]);
  });

  it('connectToFirst() starts the next attempt right after a failure and closes the others', async () => {
    const socket = await connectToFirst([REFUSES, SILENT, ANSWERS, SILENT], connectTo);
    expect(socket.remoteAddress).toBe(ANSWERS.address);
    expect(attempts).toEqual([REFUSES.address, SILENT.address, ANSWERS.address]);
    expect(openSockets()).toEqual([socket]);
  });

  it('connectToFirst() waits for a distant address after all others have failed', async () => {
    const connected = connectToFirst([SILENT, REFUSES, NO_ROUTE], connectTo);
    await eventually(async () => attempts.length === 3);
    silent.acceptConnections();
    expect((await connected).remoteAddress).toBe(SILENT.address);
  });

  it('connectToFirst() throws the error from the host, not that of a missing route', async () => {
    await expect(connectToFirst([NO_ROUTE, REFUSES], connectTo)).rejects.toMatchObject({
      code: 'ECONNREFUSED',
    });
    await expect(connectToFirst([NO_ROUTE], connectTo)).rejects.toMatchObject({
      code: 'EADDRNOTAVAIL',
    });
  });

  it('connectToFirst() closes all connections when it is aborted', async () => {
    const controller = new AbortController();
    const connected = connectToFirst([SILENT, SILENT], connectTo, controller.signal);
    await eventually(async () => attempts.length === 2);
    controller.abort(new Error('too late'));
    await expect(connected).rejects.toThrow('too late');
    expect(openSockets()).toEqual([]);
    await expect(connectToFirst([ANSWERS], connectTo, controller.signal)).rejects.toThrow(
      'too late',
    );
    expect(attempts).toHaveLength(2);
  });

  it('connectToFirst() makes at most 16 attempts for a name with hundreds of addresses', async () => {
    const addresses = Array.from({ length: 300 }, () => REFUSES);
    await expect(connectToFirst(addresses, connectTo)).rejects.toMatchObject({
      code: 'ECONNREFUSED',
    });
    expect(attempts).toHaveLength(16);
  });
});

describe('interleaveFamilies()', () => {
  it('interleaveFamilies() alternates between address families and starts with that of the first address', () => {
    const address = (name: string): LookupAddress => ({
      address: name,
      family: name.startsWith('v4') ? 4 : 6,
    });
    const names = ['v6a', 'v6b', 'v6c', 'v4a', 'v4b'].map(address);
    expect(interleaveFamilies(names).map((each) => each.address)).toEqual([
      'v6a',
      'v4a',
      'v6b',
      'v4b',
      'v6c',
    ]);
  });
});

describe('A download from a host with several addresses', () => {
  it('A download from a host with several addresses succeeds although the first address does not answer', async () => {
    origin.on('/a.jpg', serveFile(Buffer.from('image')));
    const downloader = createDownloader({
      allow: `127.0.0.0/8:${origin.port}`,
      resolve: () => Promise.resolve([SILENT, ANSWERS]),
    });
    const to = join(tmpdir(), `pressroom-never-written-${process.pid}`);
    const url = `http://shop.example:${origin.port}/a.jpg`;
    await expect(downloader.download(url, { to, keepSmall: true })).resolves.toMatchObject({
      status: 200,
    });
  });

  it('A download from a host with several addresses connects to none of them if one is private', async () => {
    const downloader = createDownloader({
      allow: `127.0.0.1/32:${origin.port}`,
      resolve: () => Promise.resolve([ANSWERS, REFUSES]),
    });
    const to = join(tmpdir(), `pressroom-never-written-${process.pid}`);
    await expect(
      downloader.download(`http://shop.example:${origin.port}/a.jpg`, { to }),
    ).rejects.toMatchObject({ code: 'address_denied' });
    expect(origin.connectionCount).toBe(0);
  });
});
