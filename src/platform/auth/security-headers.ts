import type { RequestHandler } from 'express';
import helmet from 'helmet';
import type { Env } from '../config/env.js';

const NONE = ["'none'"];

/** API responses are data. A browser must not execute or frame them. */
const DATA_POLICY = {
  defaultSrc: NONE,
  baseUri: NONE,
  formAction: NONE,
  frameAncestors: NONE,
};

/** The template of Swagger UI contains `<style>` and `style=`, but no inline script. */
const DOCS_POLICY = {
  ...DATA_POLICY,
  scriptSrc: ["'self'"],
  styleSrc: ["'self'", "'unsafe-inline'"],
  imgSrc: ["'self'", 'data:'],
  connectSrc: ["'self'"],
};

/**
 * Sets the security headers of every response. The web page and the images override the policy
 * (src/modules/web, src/modules/export).
 */
export function securityHeaders({ PUBLIC_URL }: Env): RequestHandler {
  const isSecure = PUBLIC_URL?.startsWith('https:') ?? false;
  const createHeaderSetter = (directives: Record<string, string[]>) =>
    helmet({
      contentSecurityPolicy: { useDefaults: false, directives },
      // Sent only with an https PUBLIC_URL: for one year, without subdomains.
      strictTransportSecurity: isSecure && { maxAge: 31_536_000, includeSubDomains: false },
      xFrameOptions: { action: 'deny' },
    });
  const [setDataHeaders, setDocsHeaders] = [
    createHeaderSetter(DATA_POLICY),
    createHeaderSetter(DOCS_POLICY),
  ];
  return (request, response, next) => {
    const isDocs = /^\/docs(?:\/|$)/.test(request.path);
    (isDocs ? setDocsHeaders : setDataHeaders)(request, response, next);
  };
}
