import { PassThrough, Readable, Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { pipeToFile } from './pipe-to-file.js';

function createSink(highWaterMark = 16): Writable & { written: string } {
  const sink = Object.assign(
    new Writable({
      highWaterMark,
      write(chunk: Buffer, _encoding, done) {
        sink.written += chunk.toString();
        setImmediate(done);
      },
    }),
    { written: '' },
  );
  return sink;
}

describe('pipeToFile()', () => {
  it('pipeToFile() resolves when everything is written, and respects backpressure', async () => {
    const sink = createSink(1);
    await pipeToFile(Readable.from(['a', 'b', 'c', 'd']), sink);
    expect(sink.written).toBe('abcd');
    expect(sink.writableFinished).toBe(true);
  });

  it('pipeToFile() destroys the sink when the source fails', async () => {
    const [source, sink] = [new PassThrough(), createSink()];
    const result = pipeToFile(source, sink);
    source.write('partial');
    source.destroy(new Error('reset'));
    await expect(result).rejects.toThrow('reset');
    expect(sink.destroyed).toBe(true);
  });

  it('pipeToFile() fails when the source is closed before its end', async () => {
    const [source, sink] = [new PassThrough(), createSink()];
    const result = pipeToFile(source, sink);
    source.write('partial');
    source.destroy();
    await expect(result).rejects.toMatchObject({ code: 'ERR_STREAM_PREMATURE_CLOSE' });
    expect(sink.destroyed).toBe(true);
  });

  it('pipeToFile() destroys the source when the sink fails', async () => {
    const source = new PassThrough();
    const sink = new Writable({ write: (_chunk, _encoding, done) => done(new Error('full')) });
    const result = pipeToFile(source, sink);
    source.write('content');
    await expect(result).rejects.toThrow('full');
    expect(source.destroyed).toBe(true);
  });

  it('pipeToFile() rejects if the source failed earlier', async () => {
    const [source, sink] = [new PassThrough(), createSink()];
    source.on('error', () => undefined).destroy(new Error('failed earlier'));
    await new Promise(setImmediate);
    await expect(pipeToFile(source, sink)).rejects.toThrow('failed earlier');
  });
});
