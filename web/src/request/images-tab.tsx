import './images.css';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { RequestSummary } from '../api/types.js';
import { formatQuantity } from '../format.js';
import { ErrorNotice } from '../components/error-notice.js';
import { useVirtualGrid } from '../hooks/use-virtual-grid.js';
import { useFinalRead } from './final-reads.js';
import { ProductCard } from './product-card.js';
import { ProductDialog } from './product-dialog.js';
import { ProductPages } from './product-pages.js';
import { isFinal } from './watch-request.js';

/** Sizes in pixels. The height and gap match images.css. Two cards fit side by side on a phone. */
const CELL_SIZES = { minWidth: 140, rowHeight: 232, gap: 16 };
const WIDE_CELL_SIZES = { ...CELL_SIZES, minWidth: 176 };

/** Shows all products in file order. Loads and draws only the visible products. */
export function ImagesTab({ summary }: { summary: RequestSummary }) {
  const { request_id: id, progress, product_count: productCount } = summary;
  const container = useRef<HTMLUListElement>(null);
  const [, setVersion] = useState(0);
  const pages = useMemo(
    () => new ProductPages(id, () => setVersion((previous) => previous + 1)),
    [id],
  );
  const grid = useVirtualGrid(
    container,
    productCount,
    innerWidth < 640 ? CELL_SIZES : WIDE_CELL_SIZES,
  );
  const [openIndex, setOpenIndex] = useState<number>();

  useEffect(() => () => pages.close(), [pages]);
  useEffect(() => {
    if (grid.lastIndex >= grid.firstIndex) pages.requestProducts(grid.firstIndex, grid.lastIndex);
  }, [pages, grid.firstIndex, grid.lastIndex]);
  useFinalRead(() => pages.loadUnfinishedPages(), [pages]);
  // A retry or resume changes ended images back to pending.
  useEffect(() => pages.markPagesUnfinished(), [pages, summary.retried_at]);
  const endedCount = progress.completed + progress.failed + progress.cancelled;
  useEffect(() => pages.refreshPages(), [pages, endedCount, summary.status]);

  const indexes = Array.from(
    { length: Math.max(0, grid.lastIndex - grid.firstIndex + 1) },
    (_, i) => grid.firstIndex + i,
  );
  return (
    <section aria-label="Images">
      <h2 class="visually-hidden">{formatQuantity(productCount, 'product')}</h2>
      {isFinal(summary) && <ErrorNotice error={pages.error} isRetrying />}
      <ul
        class="gallery"
        ref={container}
        // Updates the style together with the cards. An effect would run one frame later.
        style={{
          height: `${grid.height}px`,
          '--offset': `${grid.offset}px`,
          '--columns': String(grid.columnCount),
        }}
      >
        {indexes.map((index) => (
          <ProductCard
            key={index}
            index={index}
            total={productCount}
            product={pages.getProduct(index)}
            onOpen={() => setOpenIndex(index)}
          />
        ))}
      </ul>
      {openIndex !== undefined && (
        <ProductDialog
          index={openIndex}
          total={productCount}
          product={pages.getProduct(openIndex)}
          onMove={(index) => {
            pages.requestProducts(index, index);
            setOpenIndex(index);
          }}
          onClose={() => setOpenIndex(undefined)}
        />
      )}
    </section>
  );
}
