import { Socket } from 'node:net';
import { constants, setPriority } from 'node:os';
import { AppError } from '../../errors/app-error.js';
import { compressImage } from '../compress-image.js';
import {
  type CompressTask,
  type DecodeLimits,
  type DecoderAnswer,
  TASKS_FD,
} from './decoder-messages.js';
import { reportsMemory } from '../process-memory.js';
import { readTasks } from './task-pipe.js';

/** Entry of a decoder child: `fork(decoder.js, [limits as JSON])`. One task at a time, in order. */
const limits = JSON.parse(process.argv[2] ?? '') as DecodeLimits;
// The app and its servers go first: they wake often and work briefly, and somebody waits for them.
setPriority(constants.priority.PRIORITY_BELOW_NORMAL);

let last: Promise<void> = Promise.resolve();

// The next one arrives while the one before is worked on, in threads.
readTasks(new Socket({ fd: TASKS_FD, readable: true, writable: false }), (task) => {
  last = last.then(async () => send(await answer(task)));
});

// An orderly exit would wait for native threads, which may be the ones that hang.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));

// Ctrl-C and a service manager's stop reach the whole group; the app says when its children end.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});

if (reportsMemory) {
  setInterval(() => void send({ type: 'memory', bytes: process.memoryUsage.rss() }), 250).unref();
}

await send({ type: 'ready' });

async function answer(task: CompressTask): Promise<DecoderAnswer> {
  try {
    return { type: 'done', result: await compressImage(task, limits) };
  } catch (error) {
    // A fault in our own code ends this child: the app sees a crash, with the stack from stderr.
    if (!(error instanceof AppError)) throw error;
    const { code, message, status, retry, cause } = error;
    const said = cause instanceof Error ? cause.message : undefined;
    return { type: 'failed', error: { code, message, status, retry, cause: said } };
  }
}

/** Resolves when the answer is on its way, so that a crash in the next task cannot take it along. */
function send(message: DecoderAnswer): Promise<void> {
  return new Promise((resolve) => process.send?.(message, () => resolve()));
}
