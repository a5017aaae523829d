import { hostname } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HostileInputFixture } from '../support/hostile-input-fixture.js';
import { redirectTo } from '../support/origin-behaviors.js';
import { OriginServer } from '../support/origin-server.js';
import { LivenessMonitor } from '../support/liveness-monitor.js';

/**
 * Names that resolve to changing or mixed addresses need a test resolver.
 * src/platform/http-client/address/address-policy.spec.ts tests them with the same agent.
 */
const fixture = HostileInputFixture.forThisFile();
/** Listens on every address of this machine, IPv6 included. No connection may arrive. */
let canary: OriginServer;

beforeAll(async () => {
  canary = await OriginServer.start('::').catch(() => OriginServer.start('0.0.0.0'));
});
afterAll(() => canary.close());

/** Notations of addresses of this machine and its networks. */
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

/** Hosts that make a URL invalid. The upload rejects them. */
const malformedHosts = [
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

const getCanaryUrl = (host: string) => `http://${host}:${canary.port}/private.jpg`;
/** Includes `host_not_found`, because a name may have no address. */
const REJECTION_CODE = /^(address_denied|host_not_found)$/;

describe('A private address', () => {
  it('A private address is never contacted for an image, in any notation', async () => {
    const urls = hosts.map(getCanaryUrl);
    const outcomes = await LivenessMonitor.during(fixture.app, () =>
      fixture.processUrls([...urls, fixture.validUrl]),
    );
    for (const url of urls)
      expect([url, outcomes[url]]).toEqual([url, expect.stringMatching(REJECTION_CODE)]);
    expect(outcomes[fixture.validUrl]).toBe('completed');
    expect(canary.connectionCount).toBe(0);
  });

  it('A private address is not contacted if the first or the last redirect leads to it', async () => {
    hosts.forEach((host, i) => {
      fixture.origin.on(
        `/hop/${i}`,
        redirectTo(getCanaryUrl(host), [301, 302, 303, 307, 308][i % 5]),
      );
      fixture.origin.on(`/hops/${i}`, redirectTo(fixture.origin.url(`/hop/${i}`)));
    });
    const urls = hosts.flatMap((_, i) => [
      fixture.origin.url(`/hop/${i}`),
      fixture.origin.url(`/hops/${i}`),
    ]);
    const outcomes = await LivenessMonitor.during(fixture.app, () =>
      fixture.processUrls([...urls, fixture.validUrl]),
    );
    for (const url of urls) expect(outcomes[url]).toMatch(REJECTION_CODE);
    expect(outcomes[fixture.validUrl]).toBe('completed');
    expect(canary.connectionCount).toBe(0);
  });

  it.each([
    ['user information', 'user:password@127.0.0.1'],
    ['an IPv6 zone ID', '[fe80::1%25lo]'],
    ['another protocol', undefined],
  ])('A redirect to a private address with %s is not followed', async (label, host) => {
    const path = `/odd/${label.replaceAll(' ', '-')}`;
    fixture.origin.on(
      path,
      redirectTo(host ? getCanaryUrl(host) : `gopher://127.0.0.1:${canary.port}/_x`),
    );
    const outcomes = await fixture.processUrls([fixture.origin.url(path), fixture.validUrl]);
    expect(outcomes[fixture.origin.url(path)]).toMatch(/^(url_invalid|redirect_invalid)$/);
    expect(canary.connectionCount).toBe(0);
  });

  // The machine's name may not resolve at upload. The app checks it again when it connects.
  const resolvableHosts = hosts.filter((host) => host !== hostname());
  it.each(resolvableHosts)('A private address is rejected as webhook_url: %s', async (host) => {
    const fields = { webhook_url: getCanaryUrl(host) };
    const { status, body } = await fixture.app.api.upload(
      fixture.buildCatalog([fixture.validUrl]),
      fields,
    );
    expect([status, body.code]).toEqual([400, expect.stringMatching(/webhook_url/)]);
    expect(canary.connectionCount).toBe(0);
  });

  it.each(malformedHosts)('A malformed host is rejected at upload: %j', async (host) => {
    const { status, body } = await fixture.app.api.upload(
      fixture.buildCatalog([getCanaryUrl(host)]),
    );
    expect([status, body.code]).toEqual([400, 'no_usable_image']);
    const hook = { webhook_url: getCanaryUrl(host) };
    expect(
      (await fixture.app.api.upload(fixture.buildCatalog([fixture.validUrl]), hook)).status,
    ).toBe(400);
    expect(canary.connectionCount).toBe(0);
  });

  it('A private address is not contacted when a webhook is redirected to it', async () => {
    fixture.origin.on('/hook', redirectTo(getCanaryUrl('127.0.0.1'), 307));
    const fields = { webhook_url: fixture.origin.url('/hook') };
    const id = await fixture.app.api.uploadAccepted(
      fixture.buildCatalog([fixture.validUrl]),
      fields,
    );
    await fixture.app.api.waitUntilFinal(id);
    await expect
      .poll(() => fixture.origin.countRequests('/hook'), { timeout: 20_000 })
      .toBeGreaterThan(0);
    expect(canary.connectionCount).toBe(0);
  });
});
