import { useEffect, useState } from 'preact/hooks';
import { type Preview, retryPreview } from '../api/preview.js';

/** Returns the source of an image, downloaded by the server. This page calls no other host. */
export function useOriginal(url: string) {
  const [original, setOriginal] = useState<Preview>();
  const [reason, setReason] = useState<string>();
  useEffect(() => {
    const controller = new AbortController();
    let held: Preview | undefined;
    const load = async () => {
      try {
        const fetched = await retryPreview(url, { original: true }, controller.signal);
        if (controller.signal.aborted) return fetched.release();
        held = fetched;
        setOriginal(fetched);
      } catch (error) {
        if (!controller.signal.aborted) setReason((error as Error).message);
      }
    };
    void load();
    return () => {
      controller.abort();
      held?.release();
    };
  }, [url]);
  return { original, reason };
}
