import { deflateRawSync } from 'node:zlib';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import {
  toAvifBomb,
  createFlatImage,
  toGifBomb,
  repeatGifFrame,
  toJpegBomb,
  createPngBomb,
  addPngProfileBomb,
  addPngTextBomb,
  toTiffBomb,
  toWebpBomb,
} from '../support/bombs.js';
import { HostileInputFixture } from '../support/hostile-input-fixture.js';
import { serveFile } from '../support/origin-behaviors.js';
import { animation, photograph } from '../support/sample-images.js';
import { LivenessMonitor } from '../support/liveness-monitor.js';

const fixture = HostileInputFixture.forThisFile({ DECODE_TIMEOUT_SECONDS: '20' });

async function getOutcomes(files: Record<string, Buffer>): Promise<Record<string, string>> {
  for (const [name, body] of Object.entries(files)) fixture.origin.on(`/${name}`, serveFile(body));
  const urls = Object.keys(files).map((name) => fixture.origin.url(`/${name}`));
  const outcomes = await LivenessMonitor.during(fixture.app, () =>
    fixture.processUrls([...urls, fixture.validUrl], 100_000),
  );
  expect(outcomes[fixture.validUrl]).toBe('completed');
  return Object.fromEntries(
    Object.keys(files).map((name) => [name, outcomes[fixture.origin.url(`/${name}`)]]),
  );
}

it('A decompression bomb is rejected in every format', { timeout: 120_000 }, async () => {
  const small = photograph(64, 64);
  const jpeg = await small.clone().jpeg().toBuffer();
  const gif = await small.clone().gif().toBuffer();
  const outcomes = await getOutcomes({
    'bomb.png': createPngBomb(),
    'bomb.jpg': toJpegBomb(jpeg),
    'bomb.gif': toGifBomb(gif),
    'frames.gif': repeatGifFrame(gif),
    'bomb.tiff': toTiffBomb(await createFlatImage('tiff', 64, 64)),
    'bomb.webp': toWebpBomb(await createFlatImage('webp', 64, 64)),
    'bomb.avif': toAvifBomb(await createFlatImage('avif', 64, 64)),
  });
  const rejectedOutcome = expect.stringMatching(
    /^image_too_many_(pixels|frames)$|^image_corrupt$/,
  ) as string;
  for (const [name, outcome] of Object.entries(outcomes))
    expect([name, outcome]).toEqual([name, rejectedOutcome]);
});

it(
  'The app limits how far it inflates text chunks and color profiles of an image',
  { timeout: 120_000 },
  async () => {
    const png = await photograph(64, 64).png().toBuffer();
    const outcomes = await getOutcomes({
      'text.png': addPngTextBomb(png),
      'profile.png': addPngProfileBomb(png),
    });
    for (const outcome of Object.values(outcomes))
      expect(outcome).toMatch(/^completed$|^image_|^decoder_/);
  },
);

it('The app decodes a polyglot file in the format of its first bytes and removes all other data', async () => {
  const script = Buffer.from('<script>alert(1)</script><svg onload="alert(1)"/>');
  const zip = Buffer.concat([Buffer.from('PK\x03\x04'), deflateRawSync(script)]);
  const [jpeg, png] = await Promise.all([
    photograph(200, 150).jpeg({ quality: 95 }).toBuffer(),
    photograph(200, 150).png().toBuffer(),
  ]);
  const gif = await (await animation(40, ['red', 'blue'], 100)).toBuffer();
  const files = {
    'jpeg-then-zip.jpg': Buffer.concat([jpeg, zip]),
    'png-then-script.png': Buffer.concat([png, script]),
    'gif-then-script.gif': Buffer.concat([gif, script]),
    'script-in-comment.jpg': Buffer.concat([
      jpeg.subarray(0, 2),
      Buffer.from([0xff, 0xfe, 0, script.length + 2]),
      script,
      jpeg.subarray(2),
    ]),
    'gif-script.gif': Buffer.from('GIF89a/*<svg/onload=alert(1)>*/=1;alert(1)//;'),
    'drawing.png': Buffer.from('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>'),
    'entities.svg': Buffer.from(
      '<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><svg>&b;<image href="file:///etc/passwd"/></svg>',
    ),
    'document.jpg': Buffer.from('%PDF-1.7\n'),
    'postscript.jpg': Buffer.from('%!PS-Adobe-3.0\n(/etc/passwd) (r) file\n'),
    'magick.jpg': Buffer.from('push graphic-context\nviewbox 0 0 1 1\nimage over 0,0 0,0 "|id"\n'),
    'vips.jpg': Buffer.concat([Buffer.from([0x08, 0xf2, 0xa6, 0xb6]), Buffer.alloc(200)]),
  };
  const outcomes = await getOutcomes(files);
  expect(Object.values(outcomes).slice(0, 4)).toEqual(Array(4).fill('completed'));
  for (const [name, outcome] of Object.entries(outcomes).slice(4)) {
    expect([name, outcome]).toEqual([
      name,
      expect.stringMatching(/_not_supported$|^not_an_image$|^image_/),
    ]);
  }
});

it('An artifact contains no data that was hidden in its source', async () => {
  const script = Buffer.from('<script>alert(document.domain)</script>');
  const png = await photograph(120, 80).png().toBuffer();
  fixture.origin.on('/hidden.png', serveFile(Buffer.concat([png, script])));
  const id = await fixture.app.api.uploadAccepted(
    fixture.buildCatalog([fixture.origin.url('/hidden.png')]),
  );
  const { products } = await fixture.app.api.waitUntilFinal(id);
  const response = await fetch(products[0].images[0].output_url!);
  const bytes = Buffer.from(await response.arrayBuffer());
  expect(bytes.includes(script)).toBe(false);
  expect((await sharp(bytes).metadata()).width).toBe(120);
  expect(response.headers.get('content-type')).toBe('image/png');
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
});
