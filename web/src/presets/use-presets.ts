import { useEffect, useState } from 'preact/hooks';
import { getJson } from '../api/client.js';
import { retryUntilSuccess } from '../api/retry-until-success.js';
import type { Preset, PresetList } from '../api/types.js';
import { useKey } from '../hooks/use-key.js';

/** Cached presets. They do not change while the server is running. */
let cachedPresets: Preset[] | undefined;

/** Returns the presets; undefined until they are loaded. */
export function usePresets(): Preset[] | undefined {
  const [presets, setPresets] = useState(cachedPresets);
  const key = useKey();
  useEffect(() => {
    if (presets) return undefined;
    const controller = new AbortController();
    const { signal } = controller;
    const load = async (attemptSignal: AbortSignal) => {
      cachedPresets = (await getJson<PresetList>('/presets', attemptSignal)).presets;
      if (!signal.aborted) setPresets(cachedPresets);
    };
    void retryUntilSuccess(load, { signal }).catch(() => undefined);
    return () => controller.abort();
  }, [key]);
  return presets;
}
