/**
 * Runs `work` with a signal that aborts after `timeoutMs` of wall-clock time, or when `callerSignal`
 * aborts. The `timeout` option of axios does not stop a body that arrives slowly.
 * @param createTimeoutError creates the reason for an abort after `timeoutMs`
 */
export async function withDeadline<T>(
  timeoutMs: number,
  createTimeoutError: () => Error,
  callerSignal: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  callerSignal?.throwIfAborted();
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(createTimeoutError()), timeoutMs);
  const onCallerAbort = () => controller.abort(callerSignal?.reason);
  callerSignal?.addEventListener('abort', onCallerAbort, { once: true });
  try {
    return await work(controller.signal);
  } catch (error) {
    // After an abort, throw the reason of the signal instead of the resulting error.
    if (controller.signal.aborted) throw controller.signal.reason;
    throw error;
  } finally {
    clearTimeout(timer);
    callerSignal?.removeEventListener('abort', onCallerAbort);
  }
}
