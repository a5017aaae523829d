import { finished, type Readable, type Writable } from 'node:stream';

/**
 * All of `source` into `sink`; the one ends when the other fails or breaks off. What pipeline() does,
 * without its abort signals: those and their stack traces took as much time as a small download.
 */
export function pipeToFile(source: Readable, sink: Writable): Promise<void> {
  return new Promise((resolve, reject) => {
    finished(source, { writable: false }, (error) => {
      if (error) sink.destroy(error);
    });
    finished(sink, { readable: false }, (error) => {
      if (!error) return resolve();
      source.destroy();
      reject(error);
    });
    source.pipe(sink);
  });
}
