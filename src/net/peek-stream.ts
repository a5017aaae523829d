import { finished, type Readable } from 'node:stream';

/**
 * Returns the first `bytes` of a stream (fewer when it ends earlier) and leaves them in it.
 * @throws the error of the stream
 */
export function peekStream(source: Readable, bytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const settle = (work: () => void) => {
      source.off('readable', onReadable);
      stopWatching();
      work();
    };
    const onReadable = () => {
      const head = source.read(bytes) as Buffer | null;
      if (!head) return;
      source.unshift(head);
      settle(() => resolve(head));
    };
    const stopWatching = finished(source, { writable: false }, (error) =>
      settle(() => (error ? reject(error) : resolve(Buffer.alloc(0)))),
    );
    source.on('readable', onReadable);
  });
}
