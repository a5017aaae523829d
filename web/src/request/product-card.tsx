import { useEffect, useRef } from 'preact/hooks';
import type { Image, Product } from '../api/types.js';
import { formatSizeChange, formatCount } from '../format.js';
import { Thumbnail } from '../parts/thumbnail.js';

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
        <span class="soft small clip number">{product ? <Outcome product={product} /> : ' '}</span>
      </button>
    </li>
  );
}

function CardImage({ product }: { product: Product | undefined }) {
  const done = product?.images.find(({ output_url }) => output_url);
  if (done)
    return <span class="card-image">{<DecodedImage src={toLocalPath(done.output_url!)} />}</span>;
  if (product?.images.length === 0) return <span class="card-image" />;
  const checked = product?.images.find(({ status }) => status === 'completed');
  if (checked)
    return (
      <span class="card-image">
        <Thumbnail url={checked.input_url} name="" pixels={400} />
      </span>
    );
  const failed = product?.images.every(({ status }) => status === 'failed');
  return (
    <span class={`card-image ${failed ? 'failed' : 'waiting'}`}>
      {failed && (
        <svg width="28" height="28" viewBox="0 0 24 24" aria-hidden="true">
          <path d="M12 8v5m0 3.5v.01M12 3 2 20h20z" />
        </svg>
      )}
    </span>
  );
}

/** Shows an image after it is decoded, which avoids layout shifts. Does not load images out of sight. */
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
 * Returns the path of an image on this server. Its absolute URL may name another host or a bucket, and the page
 * loads images from its own server only.
 */
export function toLocalPath(url: string): string {
  const { pathname, searchParams } = new URL(url);
  searchParams.set('delivery', 'proxy');
  const segments = pathname.split('/');
  // A file name follows its key.
  const hasFileName = ARTIFACT_KEY.test(segments.at(-2) ?? '');
  const path = segments.slice(hasFileName ? -2 : -1).join('/');
  return `/images/${path}?${searchParams.toString()}`;
}

/** Only this server knows the host of the sample images. */
export const sourceHref = (url: string): string =>
  url.replace(/^https:\/\/sample\.pressroom\.alt\//, '/sample/');

/** Summarizes the images. Failures come first, where they are not truncated. */
function Outcome({ product: { images } }: { product: Product }) {
  if (images.length === 0) return <>no image</>;
  const failed = images.filter(({ status }) => status === 'failed').length;
  const rejected = images.filter(({ audit }) => audit && audit.length > 0).length;
  const parts = [
    failed > 0 && <span class="wrong">{describeFailures(images, failed)}</span>,
    rejected > 0 && <span class="wrong">{describeRejections(images, rejected)}</span>,
    failed < images.length && rejected === 0 && describeOutcome(images),
  ].filter(Boolean);
  return <>{parts.map((part, at) => (at === 0 ? part : <> · {part}</>))}</>;
}

const describeFailures = (images: Image[], failed: number): string =>
  images.length > 1 ? `${formatCount(failed)} of ${formatCount(images.length)} failed` : 'failed';

const describeRejections = (images: Image[], rejected: number): string =>
  images.length > 1 ? `${formatCount(rejected)} failed check` : 'failed check';

/** Summarizes the images that did not fail. */
function describeOutcome(images: Image[]): string {
  const done = images.filter(({ status }) => status === 'completed');
  if (done.length === 0) return images.some(isUnfinished) ? 'waiting' : 'canceled';
  if (done.every(isChecked)) return done.every(hasPassed) ? 'passed' : '';
  const sum = (of: (image: Image) => number | null) =>
    done.reduce((total, image) => total + (of(image) ?? 0), 0);
  return formatSizeChange(
    sum(({ bytes_in }) => bytes_in),
    sum(({ bytes_out }) => bytes_out),
  );
}

const isUnfinished = ({ status }: Image): boolean =>
  status === 'pending' || status === 'queued' || status === 'processing';

/** Returns true for an image that was checked and not compressed. */
const isChecked = ({ audit, output_url }: Image): boolean => Boolean(audit) && output_url === null;

const hasPassed = ({ audit }: Image): boolean => audit?.length === 0;
