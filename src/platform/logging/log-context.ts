import { AsyncLocalStorage } from 'node:async_hooks';

/** Fields that all log lines of one operation contain, e.g. `request_id`. */
export type LogContext = Record<string, string | number>;

const storage = new AsyncLocalStorage<LogContext>();

/** Runs `work` with `context` added to every line that it logs. */
export function withLogContext<T>(context: LogContext, work: () => T): T {
  return storage.run({ ...storage.getStore(), ...context }, work);
}

/** Adds a field that becomes known during the work, such as the id of a new request. */
export function addToLogContext(context: LogContext): void {
  Object.assign(storage.getStore() ?? {}, context);
}

export const currentLogContext = (): LogContext => storage.getStore() ?? {};
