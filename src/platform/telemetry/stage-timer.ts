import type { TraceSpan } from './trace-span.js';

/** Stages of an image that take time. `LABELS.stage` describes them. */
export type Stage = 'wait' | 'slot' | 'download' | 'compress' | 'store' | 'record';

/** Measures the stages of one image, and traces them. A repeated stage adds to its duration. */
export class StageTimer {
  private readonly durations = new Map<Stage, number>();

  /** @param span the image's span; undefined while it is not traced */
  constructor(private readonly span?: TraceSpan) {}

  /** Seconds of each completed stage. */
  get seconds(): ReadonlyMap<Stage, number> {
    return this.durations;
  }

  addSeconds(stage: Stage, seconds: number): void {
    this.durations.set(stage, (this.durations.get(stage) ?? 0) + seconds);
  }

  async measureStage<T>(stage: Stage, work: () => Promise<T>): Promise<T> {
    const began = performance.now();
    const span = this.span?.startChild(stage);
    try {
      return await work();
    } finally {
      span?.end();
      this.addSeconds(stage, (performance.now() - began) / 1000);
    }
  }

  /**
   * Measures a stage that waits for a slot first.
   * @param work calls `onStart` when it has its slot
   */
  async measureDownload<T>(work: (onStart: () => void) => Promise<T>): Promise<T> {
    const began = performance.now();
    let started: number | undefined;
    let span: TraceSpan | undefined;
    const onStart = () => {
      started ??= performance.now();
      span ??= this.span?.startChild('download');
    };
    try {
      return await work(onStart);
    } finally {
      span?.end();
      const ended = performance.now();
      this.addSeconds('slot', ((started ?? ended) - began) / 1000);
      if (started !== undefined) this.addSeconds('download', (ended - started) / 1000);
    }
  }
}
