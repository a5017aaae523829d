import { connect, type Socket } from 'node:net';
import { Worker } from 'node:worker_threads';
import { eventually } from './eventually.js';

const LISTEN = `
  const { createServer } = require('node:net');
  const { parentPort, workerData: { address, port, answers } } = require('node:worker_threads');
  const server = createServer((socket) => socket.resume());
  server.listen({ host: address, port, backlog: 1 }, () => {
    parentPort.postMessage('listening');
    // The event loop is blocked, so no connection is accepted.
    Atomics.wait(new Int32Array(answers), 0, 0);
  });
`;

/**
 * A port that does not answer, as behind a firewall that drops packets. The accept queue of its listener is
 * full, so Linux drops further connection attempts.
 */
export class UnansweredPort {
  private constructor(
    private readonly worker: Worker,
    private readonly answers: Int32Array,
    private readonly queued: Socket[],
  ) {}

  static async open(address: string, port: number): Promise<UnansweredPort> {
    const answers = new SharedArrayBuffer(4);
    const worker = new Worker(LISTEN, { eval: true, workerData: { address, port, answers } });
    await new Promise((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
    });
    const queued: Socket[] = [];
    for (let i = 0; i < 8; i += 1) {
      queued.push(connect({ host: address, port }).on('error', () => undefined));
    }
    await eventually(async () => queued.filter(({ connecting }) => !connecting).length >= 2);
    return new UnansweredPort(worker, new Int32Array(answers), queued);
  }

  /** Accepts what waits: Linux repeats a dropped attempt after 1 s, 3 s, 7 s. */
  answer(): void {
    for (const socket of this.queued) socket.destroy();
    Atomics.store(this.answers, 0, 1);
    Atomics.notify(this.answers, 0);
  }

  async close(): Promise<void> {
    this.answer();
    await this.worker.terminate();
  }
}
