export interface Deferred {
  promise: Promise<void>;
  resolve: () => void;
}

/** Returns a promise and the function that resolves it. `Promise.withResolvers` requires Node.js 22. */
export function deferred(): Deferred {
  let resolve!: () => void;
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
