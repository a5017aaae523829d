import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { Env } from '../../platform/config/env.js';
import { collectFindings } from './collect-findings.js';
import type { Finding } from './finding.js';
import { checkProxy } from './proxy-checks.js';
import { checkS3 } from './s3-checks.js';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function startProxy(onUpload: RequestListener, httpVersion = '1.1'): Promise<string> {
  const server = createServer((request, response) => {
    if (request.url !== '/health/live') return onUpload(request, response);
    response.setHeader('content-type', 'application/json; charset=utf-8');
    response.end(JSON.stringify({ status: 'ok', http_version: httpVersion }));
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const collectProxyFindings = async (PUBLIC_URL: string): Promise<Finding[]> =>
  collectFindings({
    name: 'proxy',
    runChecks: () => checkProxy(PUBLIC_URL, new Env()),
  });

const rejectContentType: RequestListener = (_request, response) => {
  response.writeHead(415, { 'content-type': 'application/problem+json' }).end('{}');
};

describe('checkProxy()', () => {
  it('checkProxy() reports no problems for a proxy that forwards uploads', async () => {
    const findings = await collectProxyFindings(await startProxy(rejectContentType));
    expect(findings.map(({ status, check }) => [status, check])).toEqual([
      ['ok', 'proxy.connection'],
      ['ok', 'proxy.http_version'],
      ['ok', 'proxy.body_size'],
      ['ok', 'proxy.request_buffering'],
    ]);
  });

  it('checkProxy() reports a proxy that calls the app with HTTP/1.0', async () => {
    expect(await collectProxyFindings(await startProxy(rejectContentType, '1.0'))).toContainEqual(
      expect.objectContaining({ status: 'error', check: 'proxy.http_version' }),
    );
  });

  it('checkProxy() reports a proxy whose body limit is below MAX_UPLOAD_BYTES', async () => {
    const url = await startProxy((request, response) => {
      const isLarge = Number(request.headers['content-length']) > 1_000_000;
      response.writeHead(isLarge ? 413 : 200, { 'content-type': 'text/html' }).end('too large');
    });
    expect(await collectProxyFindings(url)).toContainEqual(
      expect.objectContaining({
        status: 'error',
        check: 'proxy.body_size',
        fix: expect.stringContaining('client_max_body_size 512m'),
      }),
    );
  });

  it('checkProxy() reports a proxy that buffers entire uploads', async () => {
    const url = await startProxy((request, response) => {
      request.resume().once('end', () => response.end());
    });
    expect(await collectProxyFindings(url)).toContainEqual(
      expect.objectContaining({ status: 'warning', check: 'proxy.request_buffering' }),
    );
  });

  it('checkProxy() reports responses from a different server and refused connections', async () => {
    const otherServer = createServer((_request, response) => response.end('It works!'));
    servers.push(otherServer);
    otherServer.listen(0, '127.0.0.1');
    await once(otherServer, 'listening');
    const { port } = otherServer.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}`;
    expect(await collectProxyFindings(url)).toMatchObject([
      { status: 'warning', check: 'proxy.connection' },
    ]);
    otherServer.close();
    otherServer.closeAllConnections();
    expect(await collectProxyFindings(url)).toMatchObject([
      { message: expect.stringContaining('ECONN') },
    ]);
  });
});

describe('checkS3()', () => {
  it('checkS3() reports a server whose clock is 20 minutes ahead', async () => {
    const url = await startProxy((_request, response) => {
      response.setHeader('date', new Date(Date.now() + 20 * 60_000).toUTCString());
      response.writeHead(403).end();
    });
    const env = Object.assign(new Env(), {
      STORAGE: 's3',
      S3_BUCKET: 'images',
      S3_ENDPOINT: url,
      AWS_ACCESS_KEY_ID: 'id',
      AWS_SECRET_ACCESS_KEY: 'secret',
    });
    const findings = await collectFindings({ name: 's3', runChecks: () => checkS3(env) });
    expect(findings).toMatchObject([
      { status: 'error', check: 's3.clock', message: expect.stringMatching(/ \d{4} s ahead/) },
      { status: 'error', check: 's3.rights', message: expect.stringContaining('s3:ListBucket') },
    ]);
  });
});
