import type { AddressInfo } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type TlsOptions } from 'node:tls';
import { generate } from 'selfsigned';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createDownloader } from '../../../../test/support/outbound.js';

let folder: string;
let key: string;
let cert: string;

/** Creates a certificate for 127.0.0.1 from an unknown certificate authority. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pressroom-tls-'));
  const authority = await generate([{ name: 'commonName', value: 'Intermediate' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const server = await generate([{ name: 'commonName', value: 'server' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    ca: { key: authority.private, cert: authority.cert },
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }],
  });
  key = server.private;
  cert = server.cert;
});
afterAll(() => rmSync(folder, { recursive: true }));

it.each<[string, TlsOptions, string]>([
  ['omits its intermediate certificate', {}, 'tls_chain_incomplete'],
  [
    'supports only TLS 1.1',
    { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' },
    'tls_outdated',
  ],
])(
  'A download fails with a specific error code if the server %s',
  async (_description, options, code) => {
    const server = createServer({ key, cert, ...options }, (socket) => socket.end());
    server.on('tlsClientError', () => undefined);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const downloader = createDownloader({ allow: `127.0.0.1/32:${port}` });
    await expect(
      downloader.download(`https://127.0.0.1:${port}/a.jpg`, { path: join(folder, 'part') }),
    ).rejects.toMatchObject({ code, retry: 'never' });
    await new Promise((resolve) => server.close(resolve));
  },
);
