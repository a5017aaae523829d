import type { Metrics } from '../telemetry/metrics.js';
import type { ArtifactStore } from './artifact-store.js';

/** Measured methods and their operation labels. `removeAll` counts as one removal. */
const OPERATIONS = {
  put: 'put',
  find: 'find',
  read: 'read',
  remove: 'remove',
  removeAll: 'remove',
  probe: 'probe',
} as const;

type Method = keyof typeof OPERATIONS;
type AsyncMethod = (...parameters: unknown[]) => Promise<unknown>;

/** Wraps a store to measure the duration and the errors of its operations. */
export function measureStorage<Store extends ArtifactStore>(
  store: Store,
  driver: string,
  metrics: Metrics,
): Store {
  const measure = (operation: string, method: AsyncMethod): AsyncMethod => {
    const labels = { operation, driver };
    metrics.increment('pressroom_storage_operation_errors_total', labels, 0);
    return async (...parameters) => {
      const startedAt = performance.now();
      try {
        return await method(...parameters);
      } catch (error) {
        metrics.increment('pressroom_storage_operation_errors_total', labels);
        throw error;
      } finally {
        const seconds = (performance.now() - startedAt) / 1000;
        metrics.observe('pressroom_storage_operation_duration_seconds', labels, seconds);
      }
    };
  };
  const methodNames = Object.keys(OPERATIONS) as Method[];
  const originalMethods = new Map<string | symbol, unknown>(
    methodNames.map((name) => [name, store[name]]),
  );
  // A measured method that calls another measured method, such as `removeAll`, counts once.
  const unmeasuredStore = new Proxy(store, {
    get: (target, name) => originalMethods.get(name) ?? (Reflect.get(target, name) as unknown),
  });
  const measuredMethods = methodNames.map((name) => {
    const method = store[name].bind(unmeasuredStore) as AsyncMethod;
    return [name, measure(OPERATIONS[name], method)] as const;
  });
  return Object.assign(store, Object.fromEntries(measuredMethods));
}
