import type { Image } from '../api/types.js';
import { formatCount } from '../format.js';
import { ImageAuditResult } from './image-audit.js';
import { toSourceHref } from './product-card.js';
import { useOriginal } from './use-original.js';

/** Shows an image that was checked but not compressed. */
export function CheckedSource({ image, name }: { image: Image; name: string }) {
  const { original, reason } = useOriginal(image.input_url);
  return (
    <div class="compared">
      <div class="before-after single">
        {original && <img src={original.src} alt={name} />}
        {!original && (
          <p class="side left">{reason ? 'original not available' : 'loading the original…'}</p>
        )}
      </div>
      <div class="about stack">
        <ImageAuditResult image={image} />
        {original && (
          <dl class="facts">
            <div>
              <dt>Pixels</dt>
              <dd class="number">
                {formatCount(original.width)} × {formatCount(original.height)}
              </dd>
            </div>
          </dl>
        )}
        <p class="small">
          <a href={toSourceHref(image.input_url)} target="_blank" rel="noreferrer">
            Original
          </a>
        </p>
      </div>
    </div>
  );
}
