import { request as httpRequest } from 'node:http';
import { pipeline } from 'node:stream/promises';

/** Uploads a file while it is being generated, so the test never keeps the complete file in memory. */
export async function streamUpload(
  baseUrl: string,
  file: Iterable<Buffer>,
  filename = 'products.csv',
): Promise<{ status: number; body: Record<string, unknown> }> {
  const boundary = '----pressroom-test';
  const request = httpRequest(`${baseUrl}/upload`, {
    method: 'POST',
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
  });
  const responseBody = new Promise<{ status: number; body: Record<string, unknown> }>(
    (resolve, reject) => {
      request.once('error', reject);
      request.once('response', (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('error', reject);
        response.once('end', () =>
          resolve({
            status: response.statusCode!,
            body: JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>,
          }),
        );
      });
    },
  );
  await pipeline(formChunks(boundary, filename, file), request);
  return responseBody;
}

function* formChunks(
  boundary: string,
  filename: string,
  file: Iterable<Buffer>,
): Generator<Buffer> {
  yield Buffer.from(
    `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${filename}"\r\n\r\n`,
  );
  yield* file;
  yield Buffer.from(`\r\n--${boundary}--\r\n`);
}
