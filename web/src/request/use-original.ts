import { useEffect, useState } from 'preact/hooks';
import { type Preview, retryPreview } from '../api/preview.js';

/** The source of an image, fetched by the server: this page itself talks to nobody else. */
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
