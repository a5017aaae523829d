import { describe, expect, it } from 'vitest';
import { diagnosePage, type PageAnswer } from './diagnose-page.js';

const answer = (given: Partial<PageAnswer>): PageAnswer => ({
  status: 200,
  header: () => undefined,
  url: new URL('https://shop.example/a.jpg'),
  wasRedirected: false,
  page: '',
  userAgent: 'Pressroom/1',
  ...given,
});
const html = (body: string) => `<!DOCTYPE html><html><body>${body}</body></html>`;
const s3Error = (code: string, message: string) =>
  `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`;
const challenge = (name: string) => (name === 'cf-mitigated' ? 'challenge' : undefined);

describe('diagnosePage()', () => {
  it.each<[string, string, Partial<PageAnswer>]>([
    ['bot_challenge', 'Cloudflare by header', { status: 403, header: challenge }],
    ['bot_challenge', 'Cloudflare by page', { status: 503, page: html('Just a moment...') }],
    ['bot_challenge', 'Imperva', { page: html('<script src="/_Incapsula_Resource?x"></script>') }],
    ['bot_challenge', 'DataDome', { status: 403, page: html('https://geo.captcha-delivery.com/') }],
    ['bot_challenge', 'reCAPTCHA', { page: html('<div class="g-recaptcha" data-sitekey=x>') }],
    ['bot_challenge', 'hCaptcha', { status: 403, page: html('<div class="h-captcha">') }],
    [
      'bot_challenge',
      'Turnstile',
      {
        status: 403,
        page: html('<script src="https://challenges.cloudflare.com/turnstile/v0/x">'),
      },
    ],
    ['bot_challenge', 'Google', { status: 429, page: html('detected unusual traffic from your') }],
    ['bot_challenge', 'Anubis', { page: html('Making sure you&#39;re not a bot!') }],
    [
      'bot_challenge',
      'Vercel',
      {
        status: 429,
        header: (name) => (name === 'x-vercel-mitigated' ? 'challenge' : undefined),
      },
    ],
    ['bot_challenge', 'Sucuri', { page: html('<script>sucuri_cloudproxy_js=1') }],
    ['link_expired', 'S3', { status: 403, page: s3Error('AccessDenied', 'Request has expired') }],
    ['link_expired', 'a token of S3', { status: 400, page: s3Error('ExpiredToken', 'The token…') }],
    [
      'link_expired',
      'Airtable',
      { status: 410, url: new URL('https://v5.airtableusercontent.com/a') },
    ],
    ['link_expired', 'JSON', { status: 401, page: '{"error":"Signature expired"}' }],
    [
      'link_expired',
      'a date in the URL',
      {
        status: 403,
        url: new URL('https://b.example/a?X-Amz-Date=20250101T000000Z&X-Amz-Expires=900'),
      },
    ],
    [
      'link_expired',
      'a date of Azure',
      { status: 403, url: new URL('https://b.example/a?se=2025-01-01T00:00:00Z&sig=x') },
    ],
    [
      'link_expired',
      'a date of CloudFront',
      { status: 403, url: new URL('https://b.example/a?Expires=1700000000&Signature=x') },
    ],
    [
      'share_page',
      'Google Drive',
      { url: new URL('https://drive.google.com/file/d/1/view'), page: html('Drive') },
    ],
    [
      'virus_scan_page',
      'a large file of Google Drive',
      {
        url: new URL('https://drive.usercontent.google.com/download?id=1&export=download'),
        page: html(
          '<p>Google Drive can&#39;t scan this file for viruses.</p><form id="download-form">',
        ),
      },
    ],
    [
      'share_page',
      'a quota of Google Drive',
      {
        url: new URL('https://drive.usercontent.google.com/download?id=1&export=download'),
        page: html('Too many users have viewed or downloaded this file recently.'),
      },
    ],
    [
      'share_page',
      'Dropbox',
      { url: new URL('https://www.dropbox.com/s/1'), page: html('Dropbox') },
    ],
    [
      'share_page',
      'OneDrive',
      { url: new URL('https://x.sharepoint.com/1'), page: html('OneDrive') },
    ],
    [
      'sign_in_page',
      'a redirect',
      { url: new URL('https://shop.example/login?to=a'), wasRedirected: true, page: html('Hello') },
    ],
    [
      'sign_in_page',
      'a redirect to sign_in',
      {
        url: new URL('https://shop.example/users/sign_in'),
        wasRedirected: true,
        page: html('Hello'),
      },
    ],
    ['sign_in_page', 'a password field', { page: html('<input name=p type="password">') }],
  ])('diagnosePage() returns %s for %s', (code, _what, given) => {
    const error = diagnosePage(answer(given));
    expect(error).toMatchObject({ code, retry: 'never' });
    expect(error!.message).toMatch(/^[A-Za-z].+\.$/);
  });

  it.each<[string, Partial<PageAnswer>]>([
    ['a missing image', { status: 404, page: html('Not found') }],
    ['a refusal', { status: 403, page: s3Error('AccessDenied', 'Access Denied') }],
    ['a busy server', { status: 503, page: html('Service unavailable') }],
    ['a page about something else', { page: html('The offer of our login shop') }],
    [
      'a link that is valid for long',
      { status: 403, url: new URL('https://b.example/a?Expires=99999999999&Signature=x') },
    ],
  ])('diagnosePage() returns undefined for %s', (_what, given) => {
    expect(diagnosePage(answer(given))).toBeUndefined();
  });
});
