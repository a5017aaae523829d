/**
 * Runs `work` with a signal that aborts after `ms` of wall-clock time, or when `outer` aborts. `late`
 * creates the reason of a timeout. The `timeout` option of axios does not stop a body that arrives
 * slowly.
 */
export async function withDeadline<T>(
  ms: number,
  createTimeoutError: () => Error,
  outer: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  outer?.throwIfAborted();
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(createTimeoutError()), ms);
  const onOuterAbort = () => controller.abort(outer?.reason);
  outer?.addEventListener('abort', onOuterAbort, { once: true });
  try {
    return await work(controller.signal);
  } catch (error) {
    // After an abort, its reason replaces the error that it caused.
    if (controller.signal.aborted) throw controller.signal.reason;
    throw error;
  } finally {
    clearTimeout(timer);
    outer?.removeEventListener('abort', onOuterAbort);
  }
}
