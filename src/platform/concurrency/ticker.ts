/** Calls `work` every `intervalMs` and at once when nudged, never twice at the same time. */
export class Ticker {
  private timer?: NodeJS.Timeout;
  private running?: Promise<void>;
  private nudged = false;

  /** `work` handles its own errors. */
  constructor(
    private readonly work: () => Promise<void>,
    private readonly intervalMs: number,
  ) {}

  start(): void {
    this.timer ??= setInterval(() => {
      this.running ??= this.run();
    }, this.intervalMs);
    this.nudge();
  }

  /** The running work may have started before the change, so it runs once more. */
  nudge(): void {
    if (!this.timer) return;
    this.nudged = true;
    this.running ??= this.run();
  }

  /** Resolves when the running work has ended. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    this.timer = undefined;
    await this.running;
  }

  private async run(): Promise<void> {
    do {
      this.nudged = false;
      await this.work();
    } while (this.nudged && this.timer);
    this.running = undefined;
  }
}
