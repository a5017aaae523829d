import { useEffect, useState } from 'preact/hooks';
import type { Estimate } from '../api/types.js';
import { fetchEstimate } from './check/check-catalog.js';
import { toEstimateFields } from './options/choice-fields.js';
import type { Draft } from './stored-draft.js';

/** Delay between the last option change and the estimate call. */
const DEBOUNCE_MS = 800;
/** Maximum size of a file that is sent again after an option change. */
const MAX_RESENT_BYTES = 20 * 1024 * 1024;

export interface EstimateState {
  /** Null if no image could be sampled. */
  estimate?: Estimate | null;
  error?: Error;
  isBusy: boolean;
}

/** Estimates the compression from sampled images. Repeats the estimate when an option changes. */
export function useEstimate(draft: Draft, isReady: boolean): EstimateState {
  const [state, setState] = useState<EstimateState>({ isBusy: true });
  const { catalog, fileOptions, choices } = draft;
  const isLarge = catalog.from !== 'url' && catalog.file.size > MAX_RESENT_BYTES;
  const dependencies = JSON.stringify([fileOptions, isLarge || toEstimateFields(choices)]);

  useEffect(() => {
    if (!isReady) return undefined;
    const controller = new AbortController();
    const { signal } = controller;
    setState((previous) => ({ ...previous, isBusy: true }));
    const updateEstimate = async () => {
      try {
        const estimate = await fetchEstimate(draft, signal);
        if (!signal.aborted) setState({ estimate, isBusy: false });
      } catch (error) {
        if (!signal.aborted) setState({ error: error as Error, isBusy: false });
      }
    };
    const timer = setTimeout(
      () => void updateEstimate(),
      state.estimate === undefined ? 0 : DEBOUNCE_MS,
    );
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [catalog, dependencies, isReady]);
  return state;
}
