import { useEffect, useState } from 'preact/hooks';
import type { Estimate } from '../api/types.js';
import { estimate } from './check/check.js';
import { estimateFieldsOf } from './options/choice-fields.js';
import type { Draft } from './kept-draft.js';

/** Delay after the last change of an option before an estimate is requested, in milliseconds. */
const DEBOUNCE_MS = 800;
/** Maximum size of a file that is sent again after each change of an option, in bytes. */
const MAX_RESENT_BYTES = 20 * 1024 * 1024;

export interface EstimateState {
  /** Null when no image could be sampled. */
  found?: Estimate | null;
  fault?: Error;
  busy: boolean;
}

/** Estimates the compression from sampled images. Repeats the estimate when an option changes. */
export function useEstimate(draft: Draft, isReady: boolean): EstimateState {
  const [state, setState] = useState<EstimateState>({ busy: true });
  const { catalog, fileOptions, choices } = draft;
  const isLarge = catalog.from !== 'url' && catalog.file.size > MAX_RESENT_BYTES;
  const inputs = JSON.stringify([fileOptions, isLarge || estimateFieldsOf(choices)]);

  useEffect(() => {
    if (!isReady) return undefined;
    const controller = new AbortController();
    const { signal } = controller;
    setState((before) => ({ ...before, busy: true }));
    const sample = async () => {
      try {
        const found = await estimate(draft, signal);
        if (!signal.aborted) setState({ found, busy: false });
      } catch (error) {
        if (!signal.aborted) setState({ fault: error as Error, busy: false });
      }
    };
    const rest = setTimeout(() => void sample(), state.found === undefined ? 0 : DEBOUNCE_MS);
    return () => {
      clearTimeout(rest);
      controller.abort();
    };
  }, [catalog, inputs, isReady]);
  return state;
}
