import type { RequestHandler } from 'express';
import helmet from 'helmet';
import type { Env } from '../config/env.js';

const NOTHING = ["'none'"];

/** Answers of the API are data: a browser that is led to one runs nothing of it and frames it nowhere. */
const DATA = {
  defaultSrc: NOTHING,
  baseUri: NOTHING,
  formAction: NOTHING,
  frameAncestors: NOTHING,
};

/** Swagger UI: its template has `<style>` and `style=` in it, but no script of its own in the page. */
const DOCS = {
  ...DATA,
  scriptSrc: ["'self'"],
  styleSrc: ["'self'", "'unsafe-inline'"],
  imgSrc: ["'self'", 'data:'],
  connectSrc: ["'self'"],
};

/**
 * The headers of every answer. The web page and the images set a policy of their own over this one
 * (src/modules/web, src/modules/export).
 */
export function securityHeaders({ PUBLIC_URL }: Env): RequestHandler {
  const isSecure = PUBLIC_URL?.startsWith('https:') ?? false;
  const withPolicy = (directives: Record<string, string[]>) =>
    helmet({
      contentSecurityPolicy: { useDefaults: false, directives },
      // Only an operator whose address is https knows that it stays so; a year, without subdomains.
      strictTransportSecurity: isSecure && { maxAge: 31_536_000, includeSubDomains: false },
      xFrameOptions: { action: 'deny' },
    });
  const [data, docs] = [withPolicy(DATA), withPolicy(DOCS)];
  return (request, response, next) => {
    const isDocs = /^\/docs(?:\/|$)/.test(request.path);
    (isDocs ? docs : data)(request, response, next);
  };
}
