import { useEffect, useRef } from 'preact/hooks';
import type { Image, Product } from '../api/types.js';
import { formatSizeChange, formatCount } from '../format.js';
import { Thumbnail } from '../components/thumbnail.js';

interface Props {
  index: number;
  total: number;
  product: Product | undefined;
  onOpen: () => void;
}

export function ProductCard({ index, total, product, onOpen }: Props) {
  return (
    <li aria-setsize={total} aria-posinset={index + 1}>
      <button
        class="card"
        type="button"
        disabled={!product}
        aria-label={product ? undefined : `Loading product ${formatCount(index + 1)}`}
        onClick={onOpen}
      >
        <CardImage product={product} />
        {product && product.images.length > 1 && (
          <span class="image-count number">
            {formatCount(product.images.length)}
            <span class="visually-hidden"> images</span>
          </span>
        )}
        <span class="name clip">{product?.product_name ?? ' '}</span>
        <span class="soft small clip number">
          {product ? <ProductOutcome product={product} /> : ' '}
        </span>
      </button>
    </li>
  );
}

function CardImage({ product }: { product: Product | undefined }) {
  const compressedImage = product?.images.find(({ output_url }) => output_url);
  if (compressedImage)
    return (
      <span class="card-image">
        <DecodedImage src={toLocalPath(compressedImage.output_url!)} />
      </span>
    );
  if (product?.images.length === 0) return <span class="card-image" />;
  const checkedImage = product?.images.find(({ status }) => status === 'completed');
  if (checkedImage)
    return (
      <span class="card-image">
        <Thumbnail url={checkedImage.input_url} name="" maxSize={400} />
      </span>
    );
  const hasOnlyFailures = product?.images.every(({ status }) => status === 'failed');
  return (
    <span class={`card-image ${hasOnlyFailures ? 'failed' : 'waiting'}`}>
      {hasOnlyFailures && (
        <svg width="28" height="28" viewBox="0 0 24 24" aria-hidden="true">
          <path d="M12 8v5m0 3.5v.01M12 3 2 20h20z" />
        </svg>
      )}
    </span>
  );
}

/** Shows an image after decoding. Cancels the download of a card that is scrolled out of view. */
function DecodedImage({ src }: { src: string }) {
  const image = useRef<HTMLImageElement>(null);
  useEffect(
    () => () => {
      if (image.current && !image.current.complete) image.current.src = '';
    },
    [],
  );
  return <img ref={image} src={src} alt="" decoding="async" />;
}

const ARTIFACT_KEY = /^[0-9a-f]{64}$/;

/**
 * Returns the path of an image on this server. Its absolute URL may refer to another host or a bucket, but the
 * page loads images only from its own server.
 */
export function toLocalPath(url: string): string {
  const { pathname, searchParams } = new URL(url);
  searchParams.set('delivery', 'proxy');
  const segments = pathname.split('/');
  // A file name follows the artifact key.
  const hasFileName = ARTIFACT_KEY.test(segments.at(-2) ?? '');
  const path = segments.slice(hasFileName ? -2 : -1).join('/');
  return `/images/${path}?${searchParams.toString()}`;
}

/** Replaces the host of the sample images, which only the server can resolve. */
export const toSourceHref = (url: string): string =>
  url.replace(/^https:\/\/sample\.pressroom\.alt\//, '/sample/');

/** Summarizes the images of a product. Failures are first, so the card does not truncate them. */
function ProductOutcome({ product: { images } }: { product: Product }) {
  if (images.length === 0) return <>no image</>;
  const failedCount = images.filter(({ status }) => status === 'failed').length;
  const rejectedCount = images.filter(({ audit }) => audit && audit.length > 0).length;
  const parts = [
    failedCount > 0 && <span class="wrong">{describeFailures(images, failedCount)}</span>,
    rejectedCount > 0 && <span class="wrong">{describeRejections(images, rejectedCount)}</span>,
    failedCount < images.length && rejectedCount === 0 && describeOutcome(images),
  ].filter(Boolean);
  return <>{parts.map((part, index) => (index === 0 ? part : <> · {part}</>))}</>;
}

const describeFailures = (images: Image[], failedCount: number): string =>
  images.length > 1
    ? `${formatCount(failedCount)} of ${formatCount(images.length)} failed`
    : 'failed';

const describeRejections = (images: Image[], rejectedCount: number): string =>
  images.length > 1 ? `${formatCount(rejectedCount)} failed the check` : 'failed the check';

/** Summarizes the images that did not fail. */
function describeOutcome(images: Image[]): string {
  const completedImages = images.filter(({ status }) => status === 'completed');
  if (completedImages.length === 0) return images.some(isUnfinished) ? 'waiting' : 'canceled';
  if (completedImages.every(isCheckedOnly)) return completedImages.every(hasPassed) ? 'passed' : '';
  const sumBytes = (readBytes: (image: Image) => number | null) =>
    completedImages.reduce((total, image) => total + (readBytes(image) ?? 0), 0);
  return formatSizeChange(
    sumBytes(({ bytes_in }) => bytes_in),
    sumBytes(({ bytes_out }) => bytes_out),
  );
}

const isUnfinished = ({ status }: Image): boolean =>
  status === 'pending' || status === 'queued' || status === 'processing';

/** Returns true for an image that was checked but not compressed. */
const isCheckedOnly = ({ audit, output_url }: Image): boolean =>
  Boolean(audit) && output_url === null;

const hasPassed = ({ audit }: Image): boolean => audit?.length === 0;
