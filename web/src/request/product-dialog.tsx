import { useEffect, useRef, useState } from 'preact/hooks';
import type { Image, Product } from '../api/types.js';
import { formatBytes, formatSizeChange, formatCount } from '../format.js';
import { BeforeAfter } from '../components/before-after.js';
import { describeChosenQuality } from '../describe-quality.js';
import { CheckedSource } from './checked-source.js';
import { ImageAuditResult } from './image-audit.js';
import { OutputList } from './output-list.js';
import { toLocalPath, toSourceHref } from './product-card.js';
import { useOriginal } from './use-original.js';

interface Props {
  index: number;
  total: number;
  product: Product | undefined;
  onMove: (index: number) => void;
  onClose: () => void;
}

/** Shows the images of a product before and after compression, with the results. */
export function ProductDialog({ index, total, product, onMove, onClose }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [imageIndex, setImageIndex] = useState(0);
  useEffect(() => dialog.current?.showModal(), []);
  useEffect(() => setImageIndex(0), [index]);
  const image = product?.images[Math.min(imageIndex, product.images.length - 1)];

  return (
    <dialog class="viewer" ref={dialog} aria-labelledby="viewer-title" onClose={onClose}>
      <header class="row spread">
        <h2 id="viewer-title" class="breakable">
          {product?.product_name ?? 'Loading…'}{' '}
          <span class="soft small">{product && `No. ${product.serial_number}`}</span>
        </h2>
        <form method="dialog">
          <button class="button quiet tiny" type="submit">
            Close
          </button>
        </form>
      </header>
      {product && product.images.length > 1 && (
        <div class="positions" role="group" aria-label="Images of this product">
          {product.images.map(({ position, status }, i) => (
            <button
              key={position}
              type="button"
              class={`button tiny ${status === 'failed' ? 'bad' : ''}`}
              aria-pressed={i === imageIndex}
              onClick={() => setImageIndex(i)}
            >
              Image {position}
            </button>
          ))}
        </div>
      )}
      {product?.images.length === 0 && <p class="notice">This row has no image.</p>}
      {product && image && (
        <ImageDetails key={`${index}-${imageIndex}`} image={image} name={product.product_name} />
      )}
      <footer class="row spread">
        <button
          class="button tiny"
          type="button"
          disabled={index === 0}
          onClick={() => onMove(index - 1)}
        >
          Previous product
        </button>
        <span class="soft small number">
          {formatCount(index + 1)} of {formatCount(total)}
        </span>
        <button
          class="button tiny"
          type="button"
          disabled={index === total - 1}
          onClick={() => onMove(index + 1)}
        >
          Next product
        </button>
      </footer>
    </dialog>
  );
}

function ImageDetails({ image, name }: { image: Image; name: string }) {
  const { status, error, output_url } = image;
  if (status === 'completed' && output_url)
    return <CompressedImage image={image} name={name} output={toLocalPath(output_url)} />;
  if (status === 'completed') return <CheckedSource image={image} name={name} />;
  return (
    <div class="stack">
      <div class={`notice ${status === 'failed' ? 'bad' : ''}`}>
        {error?.message ??
          (status === 'cancelled' ? 'Canceled before it was compressed.' : 'Not finished yet.')}
      </div>
      <p class="small breakable">
        <a href={toSourceHref(image.input_url)} target="_blank" rel="noreferrer">
          {image.input_url}
        </a>
      </p>
    </div>
  );
}

function CompressedImage({ image, name, output }: { image: Image; name: string; output: string }) {
  const { original, reason } = useOriginal(image.input_url);
  const { bytes_in, bytes_out, width, height, format, kept_original } = image;
  const dimensions = width && height ? `${formatCount(width)} × ${formatCount(height)}` : '–';
  return (
    <div class="compared">
      <div class="frame">
        {original ? (
          <BeforeAfter
            name={name}
            ratio={width && height ? width / height : original.width / original.height}
            before={{ src: original.src, label: 'before' }}
            after={{ src: output, label: 'after' }}
          />
        ) : (
          <div class="before-after single">
            <img src={output} alt={name} />
            <p class="side left">{reason ? 'original not available' : 'loading the original…'}</p>
          </div>
        )}
      </div>
      <div class="about stack">
        <dl class="facts">
          <div>
            <dt>Size</dt>
            <dd class="number">
              {formatBytes(bytes_in ?? 0)} <span aria-label="became">→</span>{' '}
              {formatBytes(bytes_out ?? 0)}
            </dd>
          </div>
          <div>
            <dt>Change</dt>
            <dd class="number">
              {kept_original ? 'original kept' : formatSizeChange(bytes_in ?? 0, bytes_out ?? 0)}
            </dd>
          </div>
          <div>
            <dt>Pixels</dt>
            <dd class="number">
              {original && original.width !== width
                ? `${formatCount(original.width)} × ${formatCount(original.height)} → ${dimensions}`
                : dimensions}
            </dd>
          </div>
          <div>
            <dt>Format</dt>
            <dd>{format?.toUpperCase()}</dd>
          </div>
          {image.quality !== undefined && (
            <div>
              <dt>Chosen</dt>
              <dd class="number">{describeChosenQuality(image.quality, image.score)}</dd>
            </div>
          )}
        </dl>
        <ImageAuditResult image={image} />
        <OutputList outputs={image.outputs} />
        <p class="row small">
          <a href={toSourceHref(image.input_url)} target="_blank" rel="noreferrer">
            Original
          </a>
          <a href={output} target="_blank">
            Compressed
          </a>
        </p>
      </div>
    </div>
  );
}
