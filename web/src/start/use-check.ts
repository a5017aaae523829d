import { useCallback, useRef, useState } from 'preact/hooks';
import type { Catalog } from './catalog.js';
import { check, type CheckResult } from './check.js';

type Given = Catalog | (() => Promise<Catalog>);

/** The catalog that is looked at, and what the API says of it; the last one given counts. */
export function useCheck() {
  const [result, setResult] = useState<CheckResult>();
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<Error>();
  const running = useRef<AbortController | undefined>(undefined);
  const last = useRef<Given | undefined>(undefined);

  const run = async (given: Given) => {
    running.current?.abort();
    const controller = (running.current = new AbortController());
    last.current = given;
    setBusy(true);
    setFault(undefined);
    try {
      const catalog = typeof given === 'function' ? await given() : given;
      setResult(await check(catalog, controller.signal));
    } catch (error) {
      if (!controller.signal.aborted) setFault(error as Error);
    } finally {
      if (running.current === controller) setBusy(false);
    }
  };
  const lookAt = useCallback((given: Given) => void run(given), []);
  const again = useCallback(() => last.current && lookAt(last.current), []);
  const startOver = useCallback(() => setResult(undefined), []);
  return { result, busy, fault, lookAt, again, startOver };
}
