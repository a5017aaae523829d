import './plot.css';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { AlignedData, Options } from 'uplot';
import type UPlot from 'uplot';

type Library = typeof UPlot;

/** Colors of a plot from the style sheet, for light and dark mode. */
export interface Colors {
  ink: string;
  line: string;
  plot: string;
  fill: string;
}

interface Props {
  title: string;
  /** Summary of the plot in one sentence, also for screen readers. */
  children: ComponentChildren;
  data: AlignedData;
  height?: number;
  options: (colors: Colors, library: Library) => Omit<Options, 'width' | 'height'>;
}

/** A plot drawn by uPlot, which loads with the first plot. Reserves its height from the start. */
export function Plot({ title, children, data, height = 180, options }: Props) {
  const container = useRef<HTMLDivElement>(null);
  const plot = useRef<UPlot | undefined>(undefined);
  const [library, setLibrary] = useState<Library>();
  const scheme = useScheme();

  useEffect(() => {
    void import('uplot').then((module) => setLibrary(() => module.default));
  }, []);

  useEffect(() => {
    const element = container.current!;
    if (!library) return undefined;
    const width = () => Math.max(200, element.clientWidth);
    const drawn = new library(
      { ...base, ...options(readColors(element), library), width: width(), height },
      data,
      element,
    );
    plot.current = drawn;
    const observer = new ResizeObserver(() => drawn.setSize({ width: width(), height }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      drawn.destroy();
      plot.current = undefined;
    };
  }, [library, scheme, height]);

  useEffect(() => plot.current?.setData(data), [data]);

  return (
    <figure class="plot sheet">
      <figcaption>
        <h2>{title}</h2>
        <p class="soft small">{children}</p>
      </figcaption>
      <div
        class="canvas"
        ref={(element) => {
          container.current = element;
          element?.style.setProperty('height', `${height}px`);
        }}
        aria-hidden="true"
      />
    </figure>
  );
}

const base = { legend: { show: false }, cursor: { show: false } };

export const axis = (colors: Colors) => ({
  stroke: colors.ink,
  font: '12px Inter, system-ui, sans-serif',
  grid: { stroke: colors.line, width: 1 },
  ticks: { show: false },
  gap: 6,
  size: 28,
});

function readColors(element: Element): Colors {
  const style = getComputedStyle(element);
  const color = (name: string) => style.getPropertyValue(name).trim();
  return {
    ink: color('--ink-soft'),
    line: color('--line'),
    plot: color('--plot'),
    fill: color('--plot-fill'),
  };
}

function useScheme(): boolean {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const [isDark, setDark] = useState(dark.matches);
  useEffect(() => {
    const changed = () => setDark(dark.matches);
    dark.addEventListener('change', changed);
    return () => dark.removeEventListener('change', changed);
  }, []);
  return isDark;
}
