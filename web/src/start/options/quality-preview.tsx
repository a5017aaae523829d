import { useEffect, useState } from 'preact/hooks';
import { type Preview, loadPreviewWithRetries } from '../../api/preview.js';
import type { Preset, PreviewRow } from '../../api/types.js';
import { formatBytes, formatSizeChange } from '../../format.js';
import { BeforeAfter } from '../../components/before-after.js';
import { toPreviewOptions } from './choice-fields.js';
import type { Choices } from './choices.js';
import { describeChosenQuality } from '../../describe-quality.js';

/** Delay between the last movement of the slider and the preview call. */
const DEBOUNCE_MS = 220;

interface Props {
  choices: Choices;
  /** Undefined without a preset, or until the preset is loaded. */
  preset: Preset | undefined;
  rows: PreviewRow[];
}

/** Shows one image of the catalog before and after compression with the current options. */
export function QualityPreview({ choices, preset, rows }: Props) {
  const images = rows.flatMap(({ product_name, input_urls, assumed_https }) =>
    input_urls.slice(0, 1).map((url) => ({
      url: assumed_https.includes(url) ? url.slice('https:'.length) : url,
      name: product_name,
    })),
  );
  const [index, setIndex] = useState(0);
  const image = images[index % Math.max(1, images.length)];
  const before = usePreview(image?.url, '{"original":true}');
  const after = usePreview(
    image?.url,
    JSON.stringify(toPreviewOptions(choices, preset?.outputs ?? [])),
  );
  if (!image) return null;

  const reason = before.reason ?? after.reason;
  const [left, right] = [before.preview, after.preview];
  return (
    <figure class={`quality-preview ${after.isBusy ? 'busy' : ''}`} aria-busy={after.isBusy}>
      {left && right ? (
        <BeforeAfter
          name={image.name}
          ratio={left.width / left.height}
          before={{ src: left.src, label: 'before' }}
          after={{ src: right.src, label: 'after' }}
        />
      ) : (
        <div class="before-after waiting">
          <p class="soft small">{reason ?? 'Loading one of your images…'}</p>
        </div>
      )}
      <figcaption class="row spread small">
        <span class="number" role="status">
          {left && right ? (
            <>
              {formatBytes(right.bytesIn)} <span aria-label="becomes">→</span>{' '}
              {formatBytes(right.bytesOut)}{' '}
              <strong>{formatSizeChange(right.bytesIn, right.bytesOut)}</strong>
            </>
          ) : (
            <span class="soft clip">{image.name}</span>
          )}
        </span>
        {images.length > 1 && (
          <button class="as-link" type="button" onClick={() => setIndex(index + 1)}>
            Another image
          </button>
        )}
        {right && right.quality !== null && (
          <span class="soft number chosen-quality">
            Chosen: {describeChosenQuality(right.quality, right.score)}
          </span>
        )}
      </figcaption>
    </figure>
  );
}

/** Keeps the last preview until the next preview is loaded. `options` is JSON, so it is compared by value. */
function usePreview(url: string | undefined, options: string) {
  const [current, setCurrent] = useState<Preview & { url: string }>();
  const [reason, setReason] = useState<string>();
  const [isBusy, setBusy] = useState(true);

  useEffect(() => {
    if (!url) return undefined;
    const controller = new AbortController();
    setBusy(true);
    const updatePreview = async () => {
      try {
        const parsed = JSON.parse(options) as object;
        const next = await loadPreviewWithRetries(url, parsed, controller.signal, (error) =>
          setReason(`${error.message} Retrying automatically.`),
        );
        if (controller.signal.aborted) return next.release();
        setCurrent({ ...next, url });
        setReason(undefined);
      } catch (error) {
        if (controller.signal.aborted) return;
        setReason((error as Error).message);
      }
      setBusy(false);
    };
    const timer = setTimeout(() => void updatePreview(), DEBOUNCE_MS);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [url, options]);
  useEffect(() => () => current?.release(), [current]);

  return { preview: current?.url === url ? current : undefined, reason, isBusy };
}
