import { call } from './client.js';
import { retryUntilSuccess } from './retry-until-success.js';

export interface PreviewOptions {
  quality?: number;
  /** Chooses the lowest quality that reaches this SSIMULACRA 2 score. */
  target_score?: number;
  /** Chooses the best quality that fits. */
  max_bytes?: number;
  format?: string;
  effort?: string;
  metadata?: string;
  max_width?: number;
  max_height?: number;
  /** Returns the unchanged source if a browser can show it. */
  original?: boolean;
}

/** A preview: one image that the server downloaded and, unless `original` is set, compressed. */
export interface Preview {
  /** Blob URL. Call `release` after use. */
  src: string;
  bytesIn: number;
  bytesOut: number;
  width: number;
  height: number;
  /** Null unless the server chose it. */
  quality: number | null;
  /** SSIMULACRA 2 score. Null if it was not measured. */
  score: number | null;
  release(): void;
}

/** Maximum number of concurrent previews of this page. The server limits those of all users together. */
const AT_ONCE = 3;
let running = 0;
const waiting: (() => void)[] = [];

async function preview(
  url: string,
  options: PreviewOptions,
  signal: AbortSignal,
): Promise<Preview> {
  await waitForSlot();
  try {
    signal.throwIfAborted();
    const response = await call('/preview', { method: 'POST', body: { url, ...options }, signal });
    const blob = await response.blob();
    const readNumberHeader = (name: string) => Number(response.headers.get(name));
    const chosen = (name: string) => (response.headers.has(name) ? readNumberHeader(name) : null);
    const src = URL.createObjectURL(blob);
    const image = new Image();
    image.src = src;
    // Decodes the image before it replaces the previous one, which avoids flicker.
    await image.decode();
    return {
      src,
      bytesIn: readNumberHeader('preview-bytes-in'),
      bytesOut: readNumberHeader('preview-bytes-out'),
      width: image.naturalWidth,
      height: image.naturalHeight,
      quality: chosen('preview-quality'),
      score: chosen('preview-score'),
      release: () => URL.revokeObjectURL(src),
    };
  } finally {
    running -= 1;
    waiting.shift()?.();
  }
}

/** Timeout of a preview in milliseconds, longer than the server's own limits. */
const TIMEOUT_MS = 90_000;

/** Like `preview`, with retries and back-off while the server is unavailable. */
export const retryPreview = (
  url: string,
  options: PreviewOptions,
  signal: AbortSignal,
  onFailure?: (error: Error) => void,
): Promise<Preview> =>
  retryUntilSuccess((attempted) => preview(url, options, attempted), {
    signal,
    timeoutMs: TIMEOUT_MS,
    onFailure,
  });

async function waitForSlot(): Promise<void> {
  if (running >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
  running += 1;
}
