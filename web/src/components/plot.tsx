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

/** Draws a plot with uPlot, which is loaded on first use. Reserves the height of the plot until then. */
export function Plot({ title, children, data, height = 180, options }: Props) {
  const container = useRef<HTMLDivElement>(null);
  const plot = useRef<UPlot | undefined>(undefined);
  const [library, setLibrary] = useState<Library>();
  const isDark = useDarkMode();

  useEffect(() => {
    void import('uplot').then((module) => setLibrary(() => module.default));
  }, []);

  useEffect(() => {
    const element = container.current!;
    if (!library) return undefined;
    const measureWidth = () => Math.max(200, element.clientWidth);
    const chart = new library(
      { ...BASE_OPTIONS, ...options(readColors(element), library), width: measureWidth(), height },
      data,
      element,
    );
    plot.current = chart;
    const observer = new ResizeObserver(() => chart.setSize({ width: measureWidth(), height }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      chart.destroy();
      plot.current = undefined;
    };
  }, [library, isDark, height]);

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

const BASE_OPTIONS = { legend: { show: false }, cursor: { show: false } };

export const buildAxis = (colors: Colors) => ({
  stroke: colors.ink,
  font: '12px Inter, system-ui, sans-serif',
  grid: { stroke: colors.line, width: 1 },
  ticks: { show: false },
  gap: 6,
  size: 28,
});

function readColors(element: Element): Colors {
  const style = getComputedStyle(element);
  const readColor = (name: string) => style.getPropertyValue(name).trim();
  return {
    ink: readColor('--ink-soft'),
    line: readColor('--line'),
    plot: readColor('--plot'),
    fill: readColor('--plot-fill'),
  };
}

function useDarkMode(): boolean {
  const darkModeQuery = matchMedia('(prefers-color-scheme: dark)');
  const [isDark, setDark] = useState(darkModeQuery.matches);
  useEffect(() => {
    const updateMode = () => setDark(darkModeQuery.matches);
    darkModeQuery.addEventListener('change', updateMode);
    return () => darkModeQuery.removeEventListener('change', updateMode);
  }, []);
  return isDark;
}
