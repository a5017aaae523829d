import { finished, type Readable, type Writable } from 'node:stream';

/**
 * Pipes all of `source` into `sink`. When one stream fails or closes, the other is destroyed, as
 * with pipeline(). This is faster than pipeline(), whose abort signals and stack traces took as long as a
 * small download.
 *
 * @param acceptsPartialData returns true if the data that arrived before this error of `source` counts as complete
 */
export function pipeToFile(
  source: Readable,
  sink: Writable,
  acceptsPartialData: (error: Error) => boolean = () => false,
): Promise<void> {
  return new Promise((resolve, reject) => {
    finished(source, { writable: false }, (error) => {
      if (!error) return;
      if (acceptsPartialData(error)) sink.end();
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
