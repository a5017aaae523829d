import { expect, it } from 'vitest';
import { isPublicRoute } from './public-paths.js';

it.each([
  ['GET', '/'],
  ['HEAD', '/images/abc.jpg'],
  ['GET', `/images/${'0'.repeat(64)}/mug-1.jpg`],
  ['GET', '/docs'],
  ['GET', '/docs/swagger-ui.css'],
  ['GET', '/docs-json'],
  ['GET', '/health/live'],
  ['GET', '/health/ready/'],
  ['GET', '/r/019a9f3e-7c1d-7e3a-9b55-0f8a4c1d2e3f/pictures'],
  ['GET', '/assets/index-3f2a.js'],
  ['GET', '/operator'],
  ['POST', '/webhook'],
])('isPublicRoute() returns true for %s %s, which needs no key', (method, path) => {
  expect(isPublicRoute(method, path)).toBe(true);
});

it.each([
  ['GET', '/webhook'],
  ['POST', '/'],
  ['POST', '/upload'],
  ['GET', '/requests'],
  ['GET', '/metrics'],
  ['GET', '/queues'],
  ['GET', '/operator/owners'],
  ['POST', '/operator'],
  ['GET', '/queues/static/index.js'],
  ['GET', '/images'],
  ['GET', '/images/../requests'],
  ['GET', '/images/a/b'],
  ['GET', `/images/${'0'.repeat(64)}/a/b`],
  ['GET', '/docs/../requests'],
  ['GET', '//requests'],
  ['GET', '/IMAGES/a.jpg'],
  ['DELETE', '/images/a.jpg'],
  ['GET', '/health'],
  ['GET', '/anything-new'],
])('isPublicRoute() returns false for %s %s, which needs a key', (method, path) => {
  expect(isPublicRoute(method, path)).toBe(false);
});
