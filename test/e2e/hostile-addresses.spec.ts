import { hostname } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HostileFixture } from '../support/hostile-fixture.js';
import { redirectTo } from '../support/origin-behaviors.js';
import { OriginServer } from '../support/origin-server.js';
import { LivenessMonitor } from '../support/liveness-monitor.js';

/**
 * Names with changing or mixed addresses need a resolver of the test.
 * src/platform/http-client/address/address-policy.spec.ts tests them with the same agent.
 */
const bench = HostileFixture.forThisFile();
/** Listens on every address of this machine, IPv6 included. No connection may arrive. */
let canary: OriginServer;

beforeAll(async () => {
  canary = await OriginServer.start('::').catch(() => OriginServer.start('0.0.0.0'));
});
afterAll(() => canary.close());

/** Notations of the addresses of this machine and of its networks. */
const hosts = [
  '127.0.0.1',
  '127.1',
  '127.0.1',
  '127.255.255.254',
  '2130706433',
  '017700000001',
  '0177.0.0.1',
  '0177.0.0.01',
  '0x7f000001',
  '0x7f.1',
  '0x7F.0x0.0x0.0x1',
  '127.0.0.1.',
  '１２７.０.０.１',
  '127。0。0。1',
  '①②⑦.⓪.⓪.①',
  '%31%32%37.0.0.1',
  '%E2%91%A0%E2%91%A1%E2%91%A6.0.0.1',
  '0',
  '0.0.0.0',
  '0x0',
  '10.0.0.1',
  '169.254.169.254',
  '0xa9fea9fe',
  '2852039166',
  '192.168.0.1',
  '172.16.0.1',
  '100.64.0.1',
  '168.63.129.16',
  '224.0.0.1',
  '255.255.255.255',
  'localhost',
  'LOCALHOST',
  'ｌｏｃａｌｈｏｓｔ',
  '[::1]',
  '[::]',
  '[0:0:0:0:0:0:0:1]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[::ffff:0:127.0.0.1]',
  '[::127.0.0.1]',
  '[::7f00:1]',
  '[64:ff9b::127.0.0.1]',
  '[64:ff9b:1::7f00:1]',
  '[2002:7f00:1::]',
  '[2001:0:7f00:1::]',
  '[2001::f7ff:fffe]',
  '[2606:4700::5efe:127.0.0.1]',
  '[2606:4700::200:5efe:127.0.0.1]',
  '[fe80::1]',
  '[fe80::5efe:7f00:1]',
  '[fc00::1]',
  '[fec0::1]',
  '[ff02::1]',
  '[100::1]',
  hostname(),
];

/** The upload is refused, because this URL cannot be fetched. */
const malformed = [
  '[fe80::1%25lo]',
  '[fe80::1%lo]',
  'good.example@127.0.0.1',
  'user:password@127.0.0.1',
  '127.0.0.1:80@127.0.0.1',
  '256.0.0.1',
  '0x7f.0.0.0x1ff',
  '127.0.0.1%00.example',
  '127.0.0.1\t',
  '127.0.0.1 ',
];

const url = (host: string) => `http://${host}:${canary.port}/private.jpg`;
/** A name without an address. */
const REFUSED = /^(address_denied|host_not_found)$/;

describe('A private address', () => {
  it('A private address is never contacted for an image, in any notation', async () => {
    const bad = hosts.map(url);
    const outcomes = await LivenessMonitor.during(bench.app, () =>
      bench.processUrls([...bad, bench.validUrl]),
    );
    for (const each of bad)
      expect([each, outcomes[each]]).toEqual([each, expect.stringMatching(REFUSED)]);
    expect(outcomes[bench.validUrl]).toBe('completed');
    expect(canary.connectionCount).toBe(0);
  });

  it('A private address is not contacted for a redirect on the first or the last hop', async () => {
    hosts.forEach((host, i) => {
      bench.origin.on(`/hop/${i}`, redirectTo(url(host), [301, 302, 303, 307, 308][i % 5]));
      bench.origin.on(`/hops/${i}`, redirectTo(bench.origin.url(`/hop/${i}`)));
    });
    const bad = hosts.flatMap((_, i) => [
      bench.origin.url(`/hop/${i}`),
      bench.origin.url(`/hops/${i}`),
    ]);
    const outcomes = await LivenessMonitor.during(bench.app, () =>
      bench.processUrls([...bad, bench.validUrl]),
    );
    for (const each of bad) expect(outcomes[each]).toMatch(REFUSED);
    expect(outcomes[bench.validUrl]).toBe('completed');
    expect(canary.connectionCount).toBe(0);
  });

  it.each([
    ['user information', 'user:password@127.0.0.1'],
    ['a zone', '[fe80::1%25lo]'],
    ['another protocol', undefined],
  ])('A private address is not contacted for a redirect with %s', async (what, host) => {
    const path = `/odd/${what.replaceAll(' ', '-')}`;
    bench.origin.on(path, redirectTo(host ? url(host) : `gopher://127.0.0.1:${canary.port}/_x`));
    const outcomes = await bench.processUrls([bench.origin.url(path), bench.validUrl]);
    expect(outcomes[bench.origin.url(path)]).toMatch(/^(url_invalid|redirect_invalid)$/);
    expect(canary.connectionCount).toBe(0);
  });

  // The name of the machine need not resolve. The check repeats at the connection.
  const certain = hosts.filter((host) => host !== hostname());
  it.each(certain)('A private address is rejected as webhook_url: %s', async (host) => {
    const fields = { webhook_url: url(host) };
    const { status, body } = await bench.app.api.upload(
      bench.buildCatalog([bench.validUrl]),
      fields,
    );
    expect([status, body.code]).toEqual([400, expect.stringMatching(/webhook_url/)]);
    expect(canary.connectionCount).toBe(0);
  });

  it.each(malformed)('A private address is rejected at upload: %j', async (host) => {
    const { status, body } = await bench.app.api.upload(bench.buildCatalog([url(host)]));
    expect([status, body.code]).toEqual([400, 'no_usable_image']);
    const hook = { webhook_url: url(host) };
    expect((await bench.app.api.upload(bench.buildCatalog([bench.validUrl]), hook)).status).toBe(
      400,
    );
    expect(canary.connectionCount).toBe(0);
  });

  it('A private address is not contacted when a webhook is redirected to it', async () => {
    bench.origin.on('/hook', redirectTo(url('127.0.0.1'), 307));
    const fields = { webhook_url: bench.origin.url('/hook') };
    const id = await bench.app.api.uploadAccepted(bench.buildCatalog([bench.validUrl]), fields);
    await bench.app.api.waitUntilFinal(id);
    await expect
      .poll(() => bench.origin.countRequests('/hook'), { timeout: 20_000 })
      .toBeGreaterThan(0);
    expect(canary.connectionCount).toBe(0);
  });
});
