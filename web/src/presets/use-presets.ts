import { useEffect, useState } from 'preact/hooks';
import { getJson } from '../api/client.js';
import { retryUntilSuccess } from '../api/retry-until-success.js';
import type { Preset, PresetList } from '../api/types.js';
import { useKey } from '../parts/use-key.js';

/** The list does not change while the server runs. */
let known: Preset[] | undefined;

/** Returns undefined until the list is loaded. */
export function usePresets(): Preset[] | undefined {
  const [presets, setPresets] = useState(known);
  const key = useKey();
  useEffect(() => {
    if (presets) return undefined;
    const controller = new AbortController();
    const { signal } = controller;
    const load = async (attempted: AbortSignal) => {
      known = (await getJson<PresetList>('/presets', attempted)).presets;
      if (!signal.aborted) setPresets(known);
    };
    void retryUntilSuccess(load, { signal }).catch(() => undefined);
    return () => controller.abort();
  }, [key]);
  return presets;
}
