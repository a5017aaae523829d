import { finished, type Readable, type Writable } from 'node:stream';

/**
 * Pipes all of `source` into `sink`. Each ends when the other fails or breaks off, as with
 * pipeline(), whose abort signals and stack traces took as much time as a small download.
 *
 * @param keepsRest whether what arrived before this failure of `source` is kept as the whole
 */
export function pipeToFile(
  source: Readable,
  sink: Writable,
  keepsRest: (error: Error) => boolean = () => false,
): Promise<void> {
  return new Promise((resolve, reject) => {
    finished(source, { writable: false }, (error) => {
      if (!error) return;
      if (keepsRest(error)) sink.end();
      else sink.destroy(error);
    });
    finished(sink, { readable: false }, (error) => {
      if (!error) return resolve();
      source.destroy();
      reject(error);
    });
    source.pipe(sink);
  });
}
