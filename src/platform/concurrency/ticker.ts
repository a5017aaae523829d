/** Calls `work` every `intervalMs`, and immediately after `runNow()`. Calls never overlap. */
export class Ticker {
  private timer?: NodeJS.Timeout;
  private currentRun?: Promise<void>;
  private isRunRequested = false;

  /** @param work handles its own errors */
  constructor(
    private readonly work: () => Promise<void>,
    private readonly intervalMs: number,
  ) {}

  start(): void {
    this.timer ??= setInterval(() => {
      this.currentRun ??= this.runWork();
    }, this.intervalMs);
    this.runNow();
  }

  /**
   * Runs the work immediately. If it is already running, runs it once more, because it may have missed a
   * change.
   */
  runNow(): void {
    if (!this.timer) return;
    this.isRunRequested = true;
    this.currentRun ??= this.runWork();
  }

  /** Resolves when the running work has ended. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    this.timer = undefined;
    await this.currentRun;
  }

  private async runWork(): Promise<void> {
    do {
      this.isRunRequested = false;
      await this.work();
    } while (this.isRunRequested && this.timer);
    this.currentRun = undefined;
  }
}
