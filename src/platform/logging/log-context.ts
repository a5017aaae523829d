import { AsyncLocalStorage } from 'node:async_hooks';

/** Fields that every log line of one piece of work carries, e.g. `request_id`. */
export type LogContext = Record<string, string | number>;

const storage = new AsyncLocalStorage<LogContext>();

/** Runs `work` so that each line logged by it, however deep, carries `context` too. */
export function withLogContext<T>(context: LogContext, work: () => T): T {
  return storage.run({ ...storage.getStore(), ...context }, work);
}

/** For what becomes known in the middle, such as the id of a request that was just made. */
export function addToLogContext(context: LogContext): void {
  Object.assign(storage.getStore() ?? {}, context);
}

export const currentLogContext = (): LogContext => storage.getStore() ?? {};
