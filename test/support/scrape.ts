import { eventually } from './eventually.js';
import type { TestApp } from './app.js';

export interface Sample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

/** The metrics of one scrape. */
export class Scrape {
  readonly samples: Sample[];

  constructor(readonly text: string) {
    this.samples = text
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map(toSample);
  }

  /** Returns the sum of the series of a metric with these labels, or undefined if no series matches. */
  sumSeries(name: string, labels: Record<string, string> = {}): number | undefined {
    const matches = this.samples.filter(
      (sample) =>
        sample.name === name &&
        Object.entries(labels).every(([label, value]) => sample.labels[label] === value),
    );
    return matches.length === 0 ? undefined : matches.reduce((sum, { value }) => sum + value, 0);
  }
}

/** Returns the URL of the metrics from the log. The app must run with `METRICS=on`. */
export async function findMetricsUrl(app: TestApp): Promise<string> {
  const line = await eventually(() => app.logs.find(({ msg }) => msg.startsWith('Metrics at ')), {
    description: 'the app to serve metrics',
  });
  return line.msg.replace('Metrics at ', '');
}

export async function scrape(url: string): Promise<Scrape> {
  const response = await fetch(url);
  if (response.status !== 200) throw new Error(`GET ${url}: ${response.status}`);
  return new Scrape(await response.text());
}

function toSample(line: string): Sample {
  const end = line.lastIndexOf(' ');
  const [series, value] = [line.slice(0, end), line.slice(end + 1)];
  const [name] = series.split('{', 1);
  const labels = [...series.matchAll(/(\w+)="([^"]*)"/g)].map(([, label, text]) => [label, text]);
  return {
    name,
    labels: Object.fromEntries(labels) as Record<string, string>,
    value: Number(value),
  };
}
