import type { RefObject } from 'preact';
import { useLayoutEffect, useState } from 'preact/hooks';

export interface VirtualGrid {
  columnCount: number;
  /** Indexes of the first and last item to draw. No item is drawn if the last is before the first. */
  firstIndex: number;
  lastIndex: number;
  /** Height of the grid and offset of the drawn items, in pixels. */
  height: number;
  offset: number;
}

interface CellSizes {
  minWidth: number;
  rowHeight: number;
  gap: number;
}

/**
 * Maximum height in pixels. Browsers support between 17 million (Firefox) and 33 million. The scroll position of a
 * taller grid is scaled.
 */
const MAX_HEIGHT_PIXELS = 12_000_000;
const OVERSCAN_ROWS = 3;

/** Returns the visible items of a long grid. The whole page scrolls, not the grid. */
export function useVirtualGrid(
  container: RefObject<HTMLElement | null>,
  itemCount: number,
  { minWidth, rowHeight, gap }: CellSizes,
): VirtualGrid {
  const [grid, setGrid] = useState<VirtualGrid>({
    columnCount: 1,
    firstIndex: 0,
    lastIndex: -1,
    height: 0,
    offset: 0,
  });

  useLayoutEffect(() => {
    const element = container.current!;
    let frame = 0;
    const measure = () => {
      frame = 0;
      const columnCount = Math.max(1, Math.floor((element.clientWidth + gap) / (minWidth + gap)));
      const rowStep = rowHeight + gap;
      const rowCount = Math.ceil(itemCount / columnCount);
      const fullHeight = Math.max(0, rowCount * rowStep - gap);
      const height = Math.min(fullHeight, MAX_HEIGHT_PIXELS);
      const scrollTop = Math.max(0, -element.getBoundingClientRect().top);
      // Maps the scroll position in the drawn height to a position in the full height.
      const scale = height > innerHeight ? (fullHeight - innerHeight) / (height - innerHeight) : 1;
      const fullScrollTop = Math.min(scrollTop * scale, fullHeight);
      const firstRow = Math.max(0, Math.floor(fullScrollTop / rowStep) - OVERSCAN_ROWS);
      const lastRow = Math.min(
        rowCount - 1,
        Math.floor((fullScrollTop + innerHeight) / rowStep) + OVERSCAN_ROWS,
      );
      const next: VirtualGrid = {
        columnCount,
        firstIndex: firstRow * columnCount,
        lastIndex: Math.min(itemCount, (lastRow + 1) * columnCount) - 1,
        height,
        offset: scale === 1 ? firstRow * rowStep : scrollTop + firstRow * rowStep - fullScrollTop,
      };
      setGrid((previous) => (isSameGrid(previous, next) ? previous : next));
    };
    const scheduleMeasure = () => (frame ||= requestAnimationFrame(measure));
    measure();
    const observer = new ResizeObserver(scheduleMeasure);
    observer.observe(element);
    addEventListener('scroll', scheduleMeasure, { passive: true });
    addEventListener('resize', scheduleMeasure);
    return () => {
      cancelAnimationFrame(frame);
      observer.disconnect();
      removeEventListener('scroll', scheduleMeasure);
      removeEventListener('resize', scheduleMeasure);
    };
  }, [itemCount, minWidth, rowHeight, gap]);

  return grid;
}

const isSameGrid = (a: VirtualGrid, b: VirtualGrid): boolean =>
  a.columnCount === b.columnCount &&
  a.firstIndex === b.firstIndex &&
  a.lastIndex === b.lastIndex &&
  a.height === b.height &&
  a.offset === b.offset;
