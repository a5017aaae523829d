import type { RefObject } from 'preact';
import { useLayoutEffect, useState } from 'preact/hooks';

export interface VirtualGrid {
  columns: number;
  /** Index of the first and the last item to draw. Empty if the last is before the first. */
  first: number;
  last: number;
  /** Height of the whole grid and offset of the drawn part, in pixels. */
  height: number;
  offset: number;
}

interface Sizes {
  minWidth: number;
  rowHeight: number;
  gap: number;
}

/** Maximum height in pixels. Browsers support 17 (Firefox) to 33 million; the scroll bar of a larger grid is scaled. */
const MAX_PIXELS = 12_000_000;
const ROWS_AHEAD = 3;

/** Returns the visible items of a long grid in a page that scrolls as a whole. */
export function useVirtualGrid(
  container: RefObject<HTMLElement | null>,
  items: number,
  { minWidth, rowHeight, gap }: Sizes,
): VirtualGrid {
  const [grid, setGrid] = useState<VirtualGrid>({
    columns: 1,
    first: 0,
    last: -1,
    height: 0,
    offset: 0,
  });

  useLayoutEffect(() => {
    const element = container.current!;
    let frame = 0;
    const measure = () => {
      frame = 0;
      const columns = Math.max(1, Math.floor((element.clientWidth + gap) / (minWidth + gap)));
      const step = rowHeight + gap;
      const rows = Math.ceil(items / columns);
      const full = Math.max(0, rows * step - gap);
      const height = Math.min(full, MAX_PIXELS);
      const above = Math.max(0, -element.getBoundingClientRect().top);
      // Pixel `above` of the drawn height corresponds to pixel `virtual` of the full one.
      const scale = height > innerHeight ? (full - innerHeight) / (height - innerHeight) : 1;
      const virtual = Math.min(above * scale, full);
      const firstRow = Math.max(0, Math.floor(virtual / step) - ROWS_AHEAD);
      const lastRow = Math.min(rows - 1, Math.floor((virtual + innerHeight) / step) + ROWS_AHEAD);
      const next: VirtualGrid = {
        columns,
        first: firstRow * columns,
        last: Math.min(items, (lastRow + 1) * columns) - 1,
        height,
        offset: scale === 1 ? firstRow * step : above + firstRow * step - virtual,
      };
      setGrid((held) => (isSame(held, next) ? held : next));
    };
    const later = () => (frame ||= requestAnimationFrame(measure));
    measure();
    const observer = new ResizeObserver(later);
    observer.observe(element);
    addEventListener('scroll', later, { passive: true });
    addEventListener('resize', later);
    return () => {
      cancelAnimationFrame(frame);
      observer.disconnect();
      removeEventListener('scroll', later);
      removeEventListener('resize', later);
    };
  }, [items, minWidth, rowHeight, gap]);

  return grid;
}

const isSame = (a: VirtualGrid, b: VirtualGrid): boolean =>
  a.columns === b.columns &&
  a.first === b.first &&
  a.last === b.last &&
  a.height === b.height &&
  a.offset === b.offset;
