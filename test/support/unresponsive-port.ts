import { connect, type Socket } from 'node:net';
import { Worker } from 'node:worker_threads';
import { eventually } from './eventually.js';

const LISTENER_SCRIPT = `
  const { createServer } = require('node:net');
  const { parentPort, workerData: { address, port, acceptSignal } } = require('node:worker_threads');
  const server = createServer((socket) => socket.resume());
  server.listen({ host: address, port, backlog: 1 }, () => {
    parentPort.postMessage('listening');
    // Blocks the event loop, so the server does not accept connections.
    Atomics.wait(new Int32Array(acceptSignal), 0, 0);
  });
`;

/**
 * A port that never responds, like a port behind a firewall that drops packets. The accept queue of its listener
 * is full, so Linux drops new connection attempts.
 */
export class UnresponsivePort {
  private constructor(
    private readonly worker: Worker,
    private readonly acceptSignal: Int32Array,
    private readonly queuedSockets: Socket[],
  ) {}

  static async open(address: string, port: number): Promise<UnresponsivePort> {
    const acceptSignal = new SharedArrayBuffer(4);
    const worker = new Worker(LISTENER_SCRIPT, {
      eval: true,
      workerData: { address, port, acceptSignal },
    });
    await new Promise((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
    });
    const queuedSockets: Socket[] = [];
    for (let i = 0; i < 8; i += 1) {
      queuedSockets.push(connect({ host: address, port }).on('error', () => undefined));
    }
    await eventually(async () => queuedSockets.filter(({ connecting }) => !connecting).length >= 2);
    return new UnresponsivePort(worker, new Int32Array(acceptSignal), queuedSockets);
  }

  /** Accepts waiting connections. Linux repeats a dropped attempt after 1 s, 3 s and 7 s. */
  acceptConnections(): void {
    for (const socket of this.queuedSockets) socket.destroy();
    Atomics.store(this.acceptSignal, 0, 1);
    Atomics.notify(this.acceptSignal, 0);
  }

  async close(): Promise<void> {
    this.acceptConnections();
    await this.worker.terminate();
  }
}
