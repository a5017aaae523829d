import { Socket } from 'node:net';
import { constants, setPriority } from 'node:os';
import { AppError } from '../../errors/app-error.js';
import { ImageError } from '../image-errors.js';
import { compressOutputs } from '../compress-outputs.js';
import {
  type CompressOutputsTask,
  type DecodeLimits,
  type DecoderMessage,
  TASKS_FD,
} from './decoder-messages.js';
import { reportsMemory } from '../process-memory.js';
import { readTasks } from './task-pipe.js';

const MEMORY_REPORT_INTERVAL_MS = 250;

/**
 * Entry point of a decoder process: `fork(decoder.js, [limits as JSON])`. Processes one task at a
 * time, in order.
 */
const limits = JSON.parse(process.argv[2] ?? '') as DecodeLimits;
// Lowers the priority of this process, because clients wait for the app and its servers.
setPriority(constants.priority.PRIORITY_BELOW_NORMAL);

let lastTask: Promise<void> = Promise.resolve();

// The next task arrives while worker threads process the current one.
readTasks(new Socket({ fd: TASKS_FD, readable: true, writable: false }), (task) => {
  lastTask = lastTask.then(async () => sendMessage(await compressTask(task)));
});

// A regular exit would wait for native threads, which may hang.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));

// Ctrl-C and a service manager's stop signal reach the whole process group. The app decides when its
// children exit.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});

if (reportsMemory) {
  setInterval(
    () => void sendMessage({ type: 'memory', bytes: process.memoryUsage.rss() }),
    MEMORY_REPORT_INTERVAL_MS,
  ).unref();
}

await sendMessage({ type: 'ready' });

async function compressTask(task: CompressOutputsTask): Promise<DecoderMessage> {
  try {
    return { type: 'done', result: await compressOutputs(task, limits) };
  } catch (error) {
    // A bug ends this child: the app detects a crash, with the stack from stderr.
    if (!(error instanceof AppError)) throw error;
    const { code, message, status, retry, cause } = error;
    const causeMessage = cause instanceof Error ? cause.message : undefined;
    const output = error instanceof ImageError ? error.output : undefined;
    return { type: 'failed', error: { code, message, status, retry, output, cause: causeMessage } };
  }
}

/** Resolves once the message is sent. A crash during the next task can no longer lose it. */
function sendMessage(message: DecoderMessage): Promise<void> {
  return new Promise((resolve) => process.send?.(message, () => resolve()));
}
