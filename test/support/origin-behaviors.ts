import type { OutgoingHttpHeaders } from 'node:http';
import type { Behavior } from './origin-server.js';

/** 200 with these bytes. */
export const file =
  (body: Buffer, headers: OutgoingHttpHeaders = {}): Behavior =>
  (_request, response) => {
    response
      .writeHead(200, { 'content-type': 'image/jpeg', 'content-length': body.length, ...headers })
      .end(body);
  };

/** A status without a file. */
export const status =
  (code: number, headers: OutgoingHttpHeaders = {}): Behavior =>
  (_request, response) => {
    response.writeHead(code, { 'content-type': 'text/plain', ...headers }).end(`status ${code}`);
  };

/** The location goes out as raw UTF-8, as many servers send it. */
export const redirectTo = (
  location: string,
  code = 302,
  headers: OutgoingHttpHeaders = {},
): Behavior =>
  status(code, { ...headers, location: Buffer.from(location, 'utf8').toString('latin1') });

/** A page that says "not found" with status 200, as many shops do. */
export const htmlPage = (): Behavior =>
  file(Buffer.from('<!doctype html><title>Not found</title>'), {
    'content-type': 'text/html; charset=utf-8',
  });

/** Accepts the request and never answers. */
export const neverAnswer = (): Behavior => () => undefined;

/** Announces the true length, sends `bytes` of the body and closes the connection. */
export const disconnectAfter =
  (body: Buffer, bytes: number, headers: OutgoingHttpHeaders = {}): Behavior =>
  (_request, response) => {
    const type = { 'content-type': 'image/jpeg', 'content-length': body.length };
    response.writeHead(200, { ...type, ...headers });
    response.write(body.subarray(0, bytes), () => response.socket?.destroy());
  };

/** Announces a length that differs from the sent one. */
export const wrongContentLength = (body: Buffer, claimed: number): Behavior =>
  claimed > body.length
    ? disconnectAfter(Buffer.concat([body, Buffer.alloc(claimed - body.length)]), body.length)
    : (_request, response) => {
        const head = `HTTP/1.1 200 OK\r\ncontent-type: image/jpeg\r\ncontent-length: ${claimed}\r\n\r\n`;
        response.socket?.end(Buffer.concat([Buffer.from(head), body]));
      };

/** Sends `bytesAtOnce` every `everyMs` without an announced length. */
export const sendSlowly =
  (body: Buffer, bytesAtOnce: number, everyMs: number): Behavior =>
  (_request, response) => {
    response.writeHead(200, { 'content-type': 'image/jpeg' });
    let sent = 0;
    const timer = setInterval(() => {
      response.write(body.subarray(sent, sent + bytesAtOnce));
      sent += bytesAtOnce;
      if (sent >= body.length) response.end();
    }, everyMs);
    response.on('close', () => clearInterval(timer));
  };

/** An endless body, at the speed of the reader. */
export const endless = (): Behavior => (_request, response) => {
  response.writeHead(200, { 'content-type': 'image/jpeg' });
  const chunk = Buffer.alloc(64 * 1024, 1);
  const pump = () => {
    while (!response.destroyed && response.write(chunk));
  };
  response.on('drain', pump);
  pump();
};
