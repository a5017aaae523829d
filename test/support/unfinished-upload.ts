import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface UnfinishedUploadOptions {
  key: string;
  /** Form fields before the file. */
  fields?: Record<string, string>;
  /** Endpoint that receives the file; `/upload` by default. */
  path?: string;
}

/** Starts an upload and stops sending. The upload occupies its slot until the socket is destroyed. */
export async function startUnfinishedUpload(
  url: string,
  { key, fields = {}, path = '/upload' }: UnfinishedUploadOptions,
): Promise<Socket> {
  const { port, hostname } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  const head = [
    `POST ${path} HTTP/1.1`,
    'Host: localhost',
    `X-API-Key: ${key}`,
    'Content-Type: multipart/form-data; boundary=b',
    'Content-Length: 5000',
  ];
  const parts = Object.entries(fields).map(
    ([name, value]) => `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  const file = '--b\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\nS. No.';
  socket.write(`${head.join('\r\n')}\r\n\r\n${parts.join('')}${file}`);
  return socket;
}
