import { finished, type Readable } from 'node:stream';

/**
 * Returns the first bytes of a stream and leaves them in the stream. Returns fewer than `bytes` if the
 * stream ends earlier, or after `timeoutMs`.
 * @throws the error of the stream
 */
export function peekStream(source: Readable, bytes: number, timeoutMs?: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const settle = (work: () => void) => {
      source.off('readable', onReadable);
      clearTimeout(timer);
      stopWatching();
      work();
    };
    const finish = (head: Buffer | null) => {
      if (head) source.unshift(head);
      settle(() => resolve(head ?? Buffer.alloc(0)));
    };
    const onReadable = () => {
      const head = source.read(bytes) as Buffer | null;
      if (head) finish(head);
    };
    const stopWatching = finished(source, { writable: false }, (error) =>
      settle(() => (error ? reject(error) : resolve(Buffer.alloc(0)))),
    );
    const timer =
      timeoutMs === undefined
        ? undefined
        : setTimeout(() => finish(source.read() as Buffer | null), timeoutMs);
    source.on('readable', onReadable);
  });
}
