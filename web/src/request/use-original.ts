import { useEffect, useState } from 'preact/hooks';
import { type Preview, loadPreviewWithRetries } from '../api/preview.js';

/** Returns the source of an image. The server downloads it, because the page calls no other host. */
export function useOriginal(url: string) {
  const [original, setOriginal] = useState<Preview>();
  const [reason, setReason] = useState<string>();
  useEffect(() => {
    const controller = new AbortController();
    let preview: Preview | undefined;
    const load = async () => {
      try {
        const loadedPreview = await loadPreviewWithRetries(
          url,
          { original: true },
          controller.signal,
        );
        if (controller.signal.aborted) return loadedPreview.release();
        preview = loadedPreview;
        setOriginal(loadedPreview);
      } catch (error) {
        if (!controller.signal.aborted) setReason((error as Error).message);
      }
    };
    void load();
    return () => {
      controller.abort();
      preview?.release();
    };
  }, [url]);
  return { original, reason };
}
