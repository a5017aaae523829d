import { setTimeout as sleep } from 'node:timers/promises';
import { isatty } from 'node:tty';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Logger } from 'pino';
import type { ConnectionDrain } from './platform/http/drain-connections.js';
import { Shutdown } from './platform/lifecycle/shutdown.js';
import { StopSignals } from './platform/lifecycle/stop-signals.js';
import type { Env } from './platform/config/env.js';

/** Time limit for releasing leases and closing the connections to PostgreSQL and Redis. */
const CLOSE_TIMEOUT_SECONDS = 10;

interface RunningApp {
  app: NestExpressApplication;
  connections: ConnectionDrain;
}

/**
 * Ends the process in the order that docs/architecture.md describes under "Shutdown": reports not ready, stops
 * listening, finishes running calls, releases leases, and stops the embedded servers.
 */
export class GracefulStop {
  private readonly signals = new StopSignals();
  private runningApp?: RunningApp;
  private waitController = new AbortController();
  private hasStopStarted = false;

  constructor(
    private readonly env: Env,
    private readonly logger: Logger,
    private readonly servers: { stop(): Promise<void> },
  ) {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.on(signal, () => this.handleSignal(signal));
    }
  }

  /** True once the shutdown has started. Later failures may be a consequence of the shutdown. */
  get isStopping(): boolean {
    return this.hasStopStarted;
  }

  /** Registers the app, whose connections are drained and closed at shutdown. */
  registerApp(runningApp: RunningApp): void {
    this.runningApp = runningApp;
  }

  /** Ends the process. Does nothing if a shutdown is in progress. */
  async stopProcess(reason: string, exitCode: number, delaySeconds = 0): Promise<void> {
    if (this.hasStopStarted) return;
    this.hasStopStarted = true;
    this.logger.info({ why: reason }, 'Stopping');
    const limitSeconds = delaySeconds + this.env.SHUTDOWN_GRACE_SECONDS + CLOSE_TIMEOUT_SECONDS;
    setTimeout(() => this.forceExit(limitSeconds), limitSeconds * 1000).unref();
    let code = exitCode;
    try {
      if (this.runningApp) await this.closeApp(this.runningApp, delaySeconds);
      await this.servers.stop();
    } catch (error) {
      this.logger.error({ err: error }, 'The app did not close cleanly');
      code = 1;
    }
    this.logger.info('Stopped');
    process.exit(code);
  }

  private async closeApp({ app, connections }: RunningApp, delaySeconds: number): Promise<void> {
    const shutdown = app.get(Shutdown);
    shutdown.beginStop();
    connections.announceClose();
    await sleep(delaySeconds * 1000, undefined, { signal: this.waitController.signal }).catch(
      () => undefined,
    );
    this.waitController = new AbortController();
    shutdown.beginDrain();
    const graceMs = this.env.SHUTDOWN_GRACE_SECONDS * 1000;
    await connections.drainConnections({ graceMs, endGrace: this.waitController.signal });
    await app.close();
  }

  private handleSignal(signal: 'SIGTERM' | 'SIGINT'): void {
    const signalKind = this.signals.classifySignal();
    if (signalKind === 'first') {
      // Ctrl-C is used in development, without a load balancer to wait for.
      const isInteractive = signal === 'SIGINT' && isatty(0);
      const delaySeconds = isInteractive ? 0 : this.env.SHUTDOWN_DELAY_SECONDS;
      void this.stopProcess(signal, 0, delaySeconds);
    } else if (signalKind === 'immediate') {
      this.logger.info({ why: signal }, 'Stopping without further delay');
      this.waitController.abort();
    }
  }

  /** Last resort. The embedded servers stop when the process exits. */
  private forceExit(seconds: number): void {
    this.logger.fatal(`The shutdown took more than ${seconds} s; the process ends now`);
    process.exit(1);
  }
}
