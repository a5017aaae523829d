import { createContext } from 'preact';
import { useContext, useEffect } from 'preact/hooks';

type Read = () => Promise<unknown>;

/** Reads that must finish before the page shows a request as ended, so all components show the same state. */
export const FinalReadsContext = createContext<Set<Read>>(new Set());

/** Registers a read while the component is mounted. `inputs` are the dependencies of the effect. */
export function useFinalRead(read: Read, inputs: readonly unknown[]): void {
  const reads = useContext(FinalReadsContext);
  useEffect(() => {
    reads.add(read);
    return () => {
      reads.delete(read);
    };
  }, [reads, ...inputs]);
}
