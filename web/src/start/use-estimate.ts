import { useEffect, useState } from 'preact/hooks';
import type { Estimate } from '../api/types.js';
import { fetchEstimate } from './check/check.js';
import { toEstimateFields } from './options/choice-fields.js';
import type { Draft } from './stored-draft.js';

/** Delay after the last change of an option before an estimate is requested, in milliseconds. */
const DEBOUNCE_MS = 800;
/** Maximum size of a file that is sent again after each change of an option, in bytes. */
const MAX_RESENT_BYTES = 20 * 1024 * 1024;

export interface EstimateState {
  /** Null when no image could be sampled. */
  estimate?: Estimate | null;
  error?: Error;
  busy: boolean;
}

/** Estimates the compression from sampled images. Repeats the estimate when an option changes. */
export function useEstimate(draft: Draft, isReady: boolean): EstimateState {
  const [state, setState] = useState<EstimateState>({ busy: true });
  const { catalog, fileOptions, choices } = draft;
  const isLarge = catalog.from !== 'url' && catalog.file.size > MAX_RESENT_BYTES;
  const inputs = JSON.stringify([fileOptions, isLarge || toEstimateFields(choices)]);

  useEffect(() => {
    if (!isReady) return undefined;
    const controller = new AbortController();
    const { signal } = controller;
    setState((before) => ({ ...before, busy: true }));
    const sample = async () => {
      try {
        const estimate = await fetchEstimate(draft, signal);
        if (!signal.aborted) setState({ estimate, busy: false });
      } catch (error) {
        if (!signal.aborted) setState({ error: error as Error, busy: false });
      }
    };
    const timer = setTimeout(() => void sample(), state.estimate === undefined ? 0 : DEBOUNCE_MS);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [catalog, inputs, isReady]);
  return state;
}
