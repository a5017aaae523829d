import type { OutgoingHttpHeaders } from 'node:http';
import type { Behavior } from './origin-server.js';

/** Responds with 200 and this file. */
export const serveFile =
  (body: Buffer, headers: OutgoingHttpHeaders = {}): Behavior =>
  (_request, response) => {
    response
      .writeHead(200, { 'content-type': 'image/jpeg', 'content-length': body.length, ...headers })
      .end(body);
  };

/** Responds with this status and no file. */
export const sendStatus =
  (code: number, headers: OutgoingHttpHeaders = {}): Behavior =>
  (_request, response) => {
    response.writeHead(code, { 'content-type': 'text/plain', ...headers }).end(`status ${code}`);
  };

/** Sends the location as raw UTF-8, as many servers do. */
export const redirectTo = (
  location: string,
  code = 302,
  headers: OutgoingHttpHeaders = {},
): Behavior =>
  sendStatus(code, { ...headers, location: Buffer.from(location, 'utf8').toString('latin1') });

/** Responds with 200 and a "Not found" page, as many shops do. */
export const sendHtmlPage = (): Behavior =>
  serveFile(Buffer.from('<!doctype html><title>Not found</title>'), {
    'content-type': 'text/html; charset=utf-8',
  });

/** Accepts the request and never responds. */
export const neverRespond = (): Behavior => () => undefined;

/** Declares the full length, sends the first `bytes` of the body, and closes the connection. */
export const disconnectAfter =
  (body: Buffer, bytes: number, headers: OutgoingHttpHeaders = {}): Behavior =>
  (_request, response) => {
    const type = { 'content-type': 'image/jpeg', 'content-length': body.length };
    response.writeHead(200, { ...type, ...headers });
    response.write(body.subarray(0, bytes), () => response.socket?.destroy());
  };

/** Declares a length that differs from the length of the body. */
export const sendWrongContentLength = (body: Buffer, declaredLength: number): Behavior =>
  declaredLength > body.length
    ? disconnectAfter(
        Buffer.concat([body, Buffer.alloc(declaredLength - body.length)]),
        body.length,
      )
    : (_request, response) => {
        const head = `HTTP/1.1 200 OK\r\ncontent-type: image/jpeg\r\ncontent-length: ${declaredLength}\r\n\r\n`;
        response.socket?.end(Buffer.concat([Buffer.from(head), body]));
      };

/** Sends `chunkBytes` bytes every `intervalMs`, without a Content-Length. */
export const sendSlowly =
  (body: Buffer, chunkBytes: number, intervalMs: number): Behavior =>
  (_request, response) => {
    response.writeHead(200, { 'content-type': 'image/jpeg' });
    let sentBytes = 0;
    const timer = setInterval(() => {
      response.write(body.subarray(sentBytes, sentBytes + chunkBytes));
      sentBytes += chunkBytes;
      if (sentBytes >= body.length) response.end();
    }, intervalMs);
    response.on('close', () => clearInterval(timer));
  };

/** Sends an endless body as fast as the client reads it. */
export const sendEndlessBody = (): Behavior => (_request, response) => {
  response.writeHead(200, { 'content-type': 'image/jpeg' });
  const chunk = Buffer.alloc(64 * 1024, 1);
  const pump = () => {
    while (!response.destroyed && response.write(chunk));
  };
  response.on('drain', pump);
  pump();
};
