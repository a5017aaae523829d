export interface Deferred {
  promise: Promise<void>;
  resolve: () => void;
}

/** A promise that is resolved from outside (`Promise.withResolvers` needs Node.js 22). */
export function deferred(): Deferred {
  let resolve!: () => void;
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
