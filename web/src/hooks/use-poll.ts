import { useEffect, useState } from 'preact/hooks';
import { pollUntilAborted } from '../api/retry-until-success.js';
import { useKey } from './use-key.js';

/** Repeats a read and returns its latest data. Starts over when the key or one of the `inputs` changes. */
export function usePoll<T>(
  read: (signal: AbortSignal) => Promise<T>,
  intervalMs: number,
  inputs: readonly unknown[] = [],
) {
  const [data, setData] = useState<T>();
  const [error, setError] = useState<Error>();
  const key = useKey();
  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    const update = async (attemptSignal: AbortSignal) => {
      const latest = await read(attemptSignal);
      if (signal.aborted) return;
      setData(latest);
      setError(undefined);
    };
    void pollUntilAborted(update, { signal, intervalMs, onFailure: setError });
    return () => controller.abort();
  }, [...inputs, key]);
  return { data, error };
}
