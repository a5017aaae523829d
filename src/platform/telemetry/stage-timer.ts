import type { TraceSpan } from './trace-span.js';

/** Measured stages of image processing. `LABELS.stage` describes them. */
export type Stage = 'wait' | 'slot' | 'download' | 'compress' | 'store' | 'record';

/** Measures and traces the stages of one image. Adds up the durations of a repeated stage. */
export class StageTimer {
  private readonly durations = new Map<Stage, number>();

  /** @param span span of the image; undefined if the image is not traced */
  constructor(private readonly span?: TraceSpan) {}

  /** Duration of each completed stage in seconds. */
  get seconds(): ReadonlyMap<Stage, number> {
    return this.durations;
  }

  addSeconds(stage: Stage, seconds: number): void {
    this.durations.set(stage, (this.durations.get(stage) ?? 0) + seconds);
  }

  async measureStage<T>(stage: Stage, operation: () => Promise<T>): Promise<T> {
    const startedAt = performance.now();
    const span = this.span?.startChild(stage);
    try {
      return await operation();
    } finally {
      span?.end();
      this.addSeconds(stage, (performance.now() - startedAt) / 1000);
    }
  }

  /**
   * Measures the wait for a slot and the download separately.
   * @param operation calls `onStart` when it has acquired its slot
   */
  async measureDownload<T>(operation: (onStart: () => void) => Promise<T>): Promise<T> {
    const requestedAt = performance.now();
    let startedAt: number | undefined;
    let span: TraceSpan | undefined;
    const onStart = () => {
      startedAt ??= performance.now();
      span ??= this.span?.startChild('download');
    };
    try {
      return await operation(onStart);
    } finally {
      span?.end();
      const endedAt = performance.now();
      this.addSeconds('slot', ((startedAt ?? endedAt) - requestedAt) / 1000);
      if (startedAt !== undefined) this.addSeconds('download', (endedAt - startedAt) / 1000);
    }
  }
}
