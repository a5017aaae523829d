import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** Reasons why a decoder process exited. `retired` means that it retained too much memory from earlier images. */
export const DECODER_EXIT_REASONS = [
  'crashed',
  'timed_out',
  'memory_exceeded',
  'not_started',
  'aborted',
  'retired',
  'stopped',
] as const;

export type DecoderExitReason = (typeof DECODER_EXIT_REASONS)[number];

/**
 * Waits until a child has exited and all its output has been read.
 * @returns the signal, the exit code, or the error that prevented the start
 */
export async function waitForExit(child: ChildProcess): Promise<string> {
  const reason = await new Promise<string>((resolve) => {
    child.once('exit', (code, signal) =>
      resolve(signal ? `signal ${signal}` : `exit code ${code}`),
    );
    child.once('error', (error) => {
      if (child.pid === undefined) resolve(error.message);
    });
  });
  // Does not wait for `close`, which is never emitted after this process disconnects.
  if (child.connected) await once(child, 'disconnect');
  if (child.stderr && !child.stderr.closed) await once(child.stderr, 'close');
  return reason;
}
