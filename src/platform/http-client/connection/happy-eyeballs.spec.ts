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

const RESPONSIVE: LookupAddress = { address: '127.0.0.1', family: 4 };
const SILENT: LookupAddress = { address: '127.0.0.2', family: 4 };
const REFUSING: LookupAddress = { address: '127.0.0.3', family: 4 };
/** Fails locally, like IPv6 on a machine without IPv6, because the attempt uses a foreign local address. */
const NO_ROUTE: LookupAddress = { address: '127.0.0.4', family: 4 };

let origin: OriginServer;
let unresponsivePort: UnresponsivePort;
let sockets: Socket[];
let attemptedAddresses: string[];

beforeEach(async () => {
  origin = await OriginServer.start();
  unresponsivePort = await UnresponsivePort.open(SILENT.address, origin.port);
  [sockets, attemptedAddresses] = [[], []];
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await Promise.all([unresponsivePort.close(), origin.close()]);
});

const connectTo = ({ address }: LookupAddress): Socket => {
  attemptedAddresses.push(address);
  const localAddress = address === NO_ROUTE.address ? '192.0.2.1' : undefined;
  const socket = connect({ host: address, port: origin.port, localAddress });
  sockets.push(socket);
  return socket;
};
const listOpenSockets = () => sockets.filter(({ destroyed }) => !destroyed);

describe('connectToFirst()', () => {
  it('connectToFirst() connects to the second address if the first does not respond', async () => {
    const socket = await connectToFirst([SILENT, RESPONSIVE], connectTo);
    expect(socket.remoteAddress).toBe(RESPONSIVE.address);
    expect(listOpenSockets()).toEqual([socket]);
  });

  it('connectToFirst() starts the next attempt right after a failure and closes the other connections', async () => {
    const socket = await connectToFirst([REFUSING, SILENT, RESPONSIVE, SILENT], connectTo);
    expect(socket.remoteAddress).toBe(RESPONSIVE.address);
    expect(attemptedAddresses).toEqual([REFUSING.address, SILENT.address, RESPONSIVE.address]);
    expect(listOpenSockets()).toEqual([socket]);
  });

  it('connectToFirst() waits for a distant address if all other addresses have failed', async () => {
    const connection = connectToFirst([SILENT, REFUSING, NO_ROUTE], connectTo);
    await eventually(async () => attemptedAddresses.length === 3);
    unresponsivePort.acceptConnections();
    expect((await connection).remoteAddress).toBe(SILENT.address);
  });

  it('connectToFirst() throws the error from the host instead of a missing-route error', async () => {
    await expect(connectToFirst([NO_ROUTE, REFUSING], connectTo)).rejects.toMatchObject({
      code: 'ECONNREFUSED',
    });
    await expect(connectToFirst([NO_ROUTE], connectTo)).rejects.toMatchObject({
      code: 'EADDRNOTAVAIL',
    });
  });

  it('connectToFirst() closes all connections when it is aborted', async () => {
    const controller = new AbortController();
    const connection = connectToFirst([SILENT, SILENT], connectTo, controller.signal);
    await eventually(async () => attemptedAddresses.length === 2);
    controller.abort(new Error('too late'));
    await expect(connection).rejects.toThrow('too late');
    expect(listOpenSockets()).toEqual([]);
    await expect(connectToFirst([RESPONSIVE], connectTo, controller.signal)).rejects.toThrow(
      'too late',
    );
    expect(attemptedAddresses).toHaveLength(2);
  });

  it('connectToFirst() makes at most 16 attempts for a name with hundreds of addresses', async () => {
    const addresses = Array.from({ length: 300 }, () => REFUSING);
    await expect(connectToFirst(addresses, connectTo)).rejects.toMatchObject({
      code: 'ECONNREFUSED',
    });
    expect(attemptedAddresses).toHaveLength(16);
  });
});

describe('interleaveFamilies()', () => {
  it('interleaveFamilies() alternates between address families, starting with the family of the first address', () => {
    const toAddress = (name: string): LookupAddress => ({
      address: name,
      family: name.startsWith('v4') ? 4 : 6,
    });
    const addresses = ['v6a', 'v6b', 'v6c', 'v4a', 'v4b'].map(toAddress);
    expect(interleaveFamilies(addresses).map(({ address }) => address)).toEqual([
      'v6a',
      'v4a',
      'v6b',
      'v4b',
      'v6c',
    ]);
  });
});

describe('A download from a host with several addresses', () => {
  it('A download from a host with several addresses succeeds even if the first address does not respond', async () => {
    origin.on('/a.jpg', serveFile(Buffer.from('image')));
    const downloader = createDownloader({
      allow: `127.0.0.0/8:${origin.port}`,
      resolve: () => Promise.resolve([SILENT, RESPONSIVE]),
    });
    const targetPath = join(tmpdir(), `pressroom-never-written-${process.pid}`);
    const url = `http://shop.example:${origin.port}/a.jpg`;
    await expect(
      downloader.download(url, { path: targetPath, keepSmall: true }),
    ).resolves.toMatchObject({
      status: 200,
    });
  });

  it('A download from a host with several addresses connects to no address if one is private', async () => {
    const downloader = createDownloader({
      allow: `127.0.0.1/32:${origin.port}`,
      resolve: () => Promise.resolve([RESPONSIVE, REFUSING]),
    });
    const targetPath = join(tmpdir(), `pressroom-never-written-${process.pid}`);
    await expect(
      downloader.download(`http://shop.example:${origin.port}/a.jpg`, { path: targetPath }),
    ).rejects.toMatchObject({ code: 'address_denied' });
    expect(origin.connectionCount).toBe(0);
  });
});
