import './thumbnail.css';
import { useEffect, useRef, useState } from 'preact/hooks';
import { loadPreviewWithRetries } from '../api/preview.js';

interface Props {
  url: string;
  name: string;
  /** Maximum width and height, in pixels. */
  maxSize?: number;
}

/** Shows a source image once it is scrolled into view. The server downloads the image and checks its address. */
export function Thumbnail({ url, name, maxSize = 160 }: Props) {
  const container = useRef<HTMLSpanElement>(null);
  const [src, setSrc] = useState<string>();
  const [reason, setReason] = useState<string>();

  useEffect(() => {
    const controller = new AbortController();
    let release: (() => void) | undefined;
    const load = async () => {
      try {
        const options = { quality: 60, format: 'webp', max_width: maxSize, max_height: maxSize };
        const preview = await loadPreviewWithRetries(url, options, controller.signal);
        release = () => preview.release();
        if (controller.signal.aborted) release();
        else setSrc(preview.src);
      } catch (error) {
        if (!controller.signal.aborted) setReason((error as Error).message);
      }
    };
    const observer = new IntersectionObserver(([entry]) => {
      if (!entry?.isIntersecting) return;
      observer.disconnect();
      void load();
    });
    observer.observe(container.current!);
    return () => {
      observer.disconnect();
      controller.abort();
      release?.();
    };
  }, [url]);

  return (
    <span class={`thumbnail ${reason ? 'failed' : ''}`} ref={container} title={reason ?? url}>
      {src && <img src={src} alt={name} />}
      {reason && <span class="visually-hidden">{`${name}: ${reason}`}</span>}
      {reason && (
        <svg width="20" height="20" viewBox="0 0 24 24" aria-hidden="true">
          <path d="M12 8v5m0 3.5v.01M12 3 2 20h20z" />
        </svg>
      )}
    </span>
  );
}
