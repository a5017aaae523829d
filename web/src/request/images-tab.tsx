import './images.css';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { RequestSummary } from '../api/types.js';
import { formatQuantity } from '../format.js';
import { ErrorNotice } from '../parts/error-notice.js';
import { useVirtualGrid } from '../parts/use-virtual-grid.js';
import { useFinalRead } from './final-reads.js';
import { ProductCard } from './product-card.js';
import { ProductDialog } from './product-dialog.js';
import { ProductPages } from './product-pages.js';
import { isFinal } from './watch.js';

/** Sizes in pixels. Height and gap match images.css. Two cards fit side by side on a phone. */
const SIZES = { minWidth: 140, rowHeight: 232, gap: 16 };
const WIDE_SIZES = { ...SIZES, minWidth: 176 };

/** Shows all products in file order. Draws and holds only visible ones. */
export function ImagesTab({ summary }: { summary: RequestSummary }) {
  const { request_id: id, progress, product_count: products } = summary;
  const container = useRef<HTMLUListElement>(null);
  const [, setDraws] = useState(0);
  const pages = useMemo(() => new ProductPages(id, () => setDraws((before) => before + 1)), [id]);
  const grid = useVirtualGrid(container, products, innerWidth < 640 ? SIZES : WIDE_SIZES);
  const [open, setOpen] = useState<number>();

  useEffect(() => () => pages.close(), [pages]);
  useEffect(() => {
    if (grid.last >= grid.first) pages.requestProducts(grid.first, grid.last);
  }, [pages, grid.first, grid.last]);
  useFinalRead(() => pages.loadUnfinished(), [pages]);
  // A retry or a resume makes ended images pending again.
  useEffect(() => pages.markUnfinished(), [pages, summary.retried_at]);
  const moved = progress.completed + progress.failed + progress.cancelled;
  useEffect(() => pages.refresh(), [pages, moved, summary.status]);

  const indexes = Array.from(
    { length: Math.max(0, grid.last - grid.first + 1) },
    (_, i) => grid.first + i,
  );
  return (
    <section aria-label="Images">
      <h2 class="visually-hidden">{formatQuantity(products, 'product')}</h2>
      {isFinal(summary) && <ErrorNotice error={pages.error} isRetrying />}
      <ul
        class="gallery"
        ref={container}
        // In the same update as the cards. An effect would run one frame later.
        style={{
          height: `${grid.height}px`,
          '--offset': `${grid.offset}px`,
          '--columns': String(grid.columns),
        }}
      >
        {indexes.map((index) => (
          <ProductCard
            key={index}
            index={index}
            total={products}
            product={pages.product(index)}
            onOpen={() => setOpen(index)}
          />
        ))}
      </ul>
      {open !== undefined && (
        <ProductDialog
          index={open}
          total={products}
          product={pages.product(open)}
          onMove={(index) => {
            pages.requestProducts(index, index);
            setOpen(index);
          }}
          onClose={() => setOpen(undefined)}
        />
      )}
    </section>
  );
}
