import { callApi } from './client.js';
import { retryUntilSuccess } from './retry-until-success.js';

export interface PreviewOptions {
  quality?: number;
  /** Chooses the lowest quality that reaches this SSIMULACRA 2 score. */
  target_score?: number;
  /** Chooses the highest quality that fits in this many bytes. */
  max_bytes?: number;
  format?: string;
  effort?: string;
  metadata?: string;
  max_width?: number;
  max_height?: number;
  /** Returns the unchanged source if a browser can show it. */
  original?: boolean;
}

/** An image that the server has downloaded. It is compressed unless `original` is set. */
export interface Preview {
  /** Blob URL. Call `release` after use. */
  src: string;
  bytesIn: number;
  bytesOut: number;
  width: number;
  height: number;
  /** Quality that the server chose. Null if the options set it. */
  quality: number | null;
  /** SSIMULACRA 2 score. Null if it was not measured. */
  score: number | null;
  release(): void;
}

/** Limit for this page. The server also limits the concurrent previews of all users. */
const MAX_CONCURRENT_PREVIEWS = 3;
let runningPreviewCount = 0;
const waitingPreviews: (() => void)[] = [];

async function loadPreview(
  url: string,
  options: PreviewOptions,
  signal: AbortSignal,
): Promise<Preview> {
  await waitForSlot();
  try {
    signal.throwIfAborted();
    const response = await callApi('/preview', {
      method: 'POST',
      body: { url, ...options },
      signal,
    });
    const blob = await response.blob();
    const readNumberHeader = (name: string) => Number(response.headers.get(name));
    const readOptionalNumberHeader = (name: string) =>
      response.headers.has(name) ? readNumberHeader(name) : null;
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
      quality: readOptionalNumberHeader('preview-quality'),
      score: readOptionalNumberHeader('preview-score'),
      release: () => URL.revokeObjectURL(src),
    };
  } finally {
    runningPreviewCount -= 1;
    waitingPreviews.shift()?.();
  }
}

/** Timeout of a preview. Longer than the server's timeouts. */
const PREVIEW_TIMEOUT_MS = 90_000;

/** Loads a preview. Retries with back-off while the server is unavailable. */
export const loadPreviewWithRetries = (
  url: string,
  options: PreviewOptions,
  signal: AbortSignal,
  onFailure?: (error: Error) => void,
): Promise<Preview> =>
  retryUntilSuccess((attemptSignal) => loadPreview(url, options, attemptSignal), {
    signal,
    timeoutMs: PREVIEW_TIMEOUT_MS,
    onFailure,
  });

async function waitForSlot(): Promise<void> {
  if (runningPreviewCount >= MAX_CONCURRENT_PREVIEWS)
    await new Promise<void>((resolve) => waitingPreviews.push(resolve));
  runningPreviewCount += 1;
}
