/**
 * Runs `work` with a signal that aborts after `ms` of wall clock (its reason is what `late` makes) or
 * when `outer` does. axios' own `timeout` never stops a body that drips.
 */
export async function withDeadline<T>(
  ms: number,
  late: () => Error,
  outer: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  outer?.throwIfAborted();
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(late()), ms);
  const onOuterAbort = () => controller.abort(outer?.reason);
  outer?.addEventListener('abort', onOuterAbort, { once: true });
  try {
    return await work(controller.signal);
  } catch (error) {
    // Whatever broke because of the abort, its reason is what happened.
    if (controller.signal.aborted) throw controller.signal.reason;
    throw error;
  } finally {
    clearTimeout(timer);
    outer?.removeEventListener('abort', onOuterAbort);
  }
}
