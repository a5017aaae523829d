import { createContext } from 'preact';
import { useContext, useEffect } from 'preact/hooks';

type Read = () => Promise<unknown>;

/** Reads that must finish before the page shows the end of a request. All parts then show the same state. */
export const FinalReads = createContext<Set<Read>>(new Set());

/** Adds a read while the component is shown. `inputs` as for an effect. */
export function useFinalRead(read: Read, inputs: readonly unknown[]): void {
  const reads = useContext(FinalReads);
  useEffect(() => {
    reads.add(read);
    return () => {
      reads.delete(read);
    };
  }, [reads, ...inputs]);
}
