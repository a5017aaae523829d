import { AsyncLocalStorage } from 'node:async_hooks';

/** Fields that are added to every log line of one operation, e.g. `request_id`. */
export type LogContext = Record<string, string | number>;

const contextStorage = new AsyncLocalStorage<LogContext>();

/** Runs `operation` and adds `context` to every line that it logs. */
export function withLogContext<T>(context: LogContext, operation: () => T): T {
  return contextStorage.run({ ...contextStorage.getStore(), ...context }, operation);
}

/** Adds fields that become known during the operation, such as the ID of a new request. */
export function addToLogContext(fields: LogContext): void {
  Object.assign(contextStorage.getStore() ?? {}, fields);
}

export const getCurrentLogContext = (): LogContext => contextStorage.getStore() ?? {};
