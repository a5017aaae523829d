import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type TlsOptions } from 'node:tls';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { downloaderFor } from '../../../test/support/outbound.js';

let folder: string;
const at = (name: string) => join(folder, name);
const openssl = (...args: string[]) =>
  execFileSync('openssl', args, { stdio: 'ignore', cwd: folder });

/** An authority, an intermediate of it, and a certificate of that for 127.0.0.1. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pressroom-tls-'));
  const key = ['-newkey', 'rsa:2048', '-nodes', '-sha256'];
  const isAuthority = ['-addext', 'basicConstraints=critical,CA:TRUE'];
  openssl(
    'req',
    '-x509',
    ...key,
    '-keyout',
    'root.key',
    '-out',
    'root.pem',
    '-subj',
    '/CN=Root',
    ...isAuthority,
  );
  openssl(
    'req',
    ...key,
    '-keyout',
    'middle.key',
    '-out',
    'middle.csr',
    '-subj',
    '/CN=Middle',
    ...isAuthority,
  );
  openssl(
    'x509',
    '-req',
    '-in',
    'middle.csr',
    '-CA',
    'root.pem',
    '-CAkey',
    'root.key',
    '-CAcreateserial',
    '-copy_extensions',
    'copyall',
    '-out',
    'middle.pem',
  );
  openssl(
    'req',
    ...key,
    '-keyout',
    'leaf.key',
    '-out',
    'leaf.csr',
    '-subj',
    '/CN=leaf',
    '-addext',
    'subjectAltName=IP:127.0.0.1',
  );
  openssl(
    'x509',
    '-req',
    '-in',
    'leaf.csr',
    '-CA',
    'middle.pem',
    '-CAkey',
    'middle.key',
    '-CAcreateserial',
    '-copy_extensions',
    'copyall',
    '-out',
    'leaf.pem',
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

it.each<[string, () => TlsOptions, string]>([
  [
    'that leaves out its intermediate certificate',
    () => ({ cert: readFileSync(at('leaf.pem')), key: readFileSync(at('leaf.key')) }),
    'tls_chain_incomplete',
  ],
  [
    'that offers TLS 1.1 only',
    () => ({
      cert: readFileSync(at('leaf.pem')),
      key: readFileSync(at('leaf.key')),
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT@SECLEVEL=0',
    }),
    'tls_outdated',
  ],
])('a server %s is named as that', async (_what, options, code) => {
  const server = createServer(options(), (socket) => socket.end());
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const downloader = downloaderFor({ allow: `127.0.0.1/32:${port}` });
  await expect(
    downloader.download(`https://127.0.0.1:${port}/a.jpg`, { to: at('part') }),
  ).rejects.toMatchObject({ code, retry: 'never' });
  await new Promise((resolve) => server.close(resolve));
});
