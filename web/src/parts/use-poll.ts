import { useEffect, useState } from 'preact/hooks';
import { poll } from '../api/retry-until-success.js';
import { useKey } from './use-key.js';

/** Returns the latest data of a polled read. Starts over when one of `inputs` or the key changes. */
export function usePoll<T>(
  read: (signal: AbortSignal) => Promise<T>,
  everyMs: number,
  inputs: readonly unknown[] = [],
) {
  const [data, setData] = useState<T>();
  const [error, setError] = useState<Error>();
  const key = useKey();
  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    const update = async (attemptSignal: AbortSignal) => {
      const next = await read(attemptSignal);
      if (signal.aborted) return;
      setData(next);
      setError(undefined);
    };
    void poll(update, { signal, everyMs, onFailure: setError });
    return () => controller.abort();
  }, [...inputs, key]);
  return { data, error };
}
