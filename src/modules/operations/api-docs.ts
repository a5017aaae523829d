import type { NestExpressApplication } from '@nestjs/platform-express';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { ProblemDto } from '../../platform/http/problem.dto.js';
import { VERSION } from '../../platform/config/version.js';

const DESCRIPTION = `Compresses all images of a catalog: upload a CSV of products with image
URLs, follow the progress by \`request_id\`, and download the same CSV with an \`Output Image Urls\` column.

Every error is an RFC 9457 problem document (\`application/problem+json\`) with a stable \`code\`. In
addition to the listed responses, all endpoints except images, health and the built-in receiver may return 401
(\`api_key_missing\`, \`api_key_invalid\`) if the server has API keys, and 429 (\`rate_limited\`) with
\`Retry-After\`. If a request body does not arrive in time, the server returns 408
(\`request_too_slow\`). Requests that belong to another key return 404, like unknown requests.`;

/** Tags of the operations, which are the headings of `/docs`, in the order of the workflow. */
const TAGS: readonly (readonly [name: string, description: string])[] = [
  ['Upload', 'Uploading a product file.'],
  ['Status', 'Progress and results of requests.'],
  ['Download', 'Output file, errors file and ZIP.'],
  ['Images', 'Compressed images.'],
  ['Requests', 'Canceling, retrying, correcting and removing requests.'],
  ['Webhooks', 'Deliveries for a request, and a receiver for testing.'],
  ['Preview', 'Compression of a single image.'],
  ['Access', 'Tokens for URLs without an API key.'],
  ['Operations', 'Health and setup.'],
  ['Operator', 'Queues, pauses, workers and usage. Requires a key from `ADMIN_API_KEY`.'],
];

const KEY_DESCRIPTION =
  'A key from `API_KEYS`, if the server has keys. Operator calls require a key from `ADMIN_API_KEY`.';

type Operations = Record<string, { security?: Record<string, string[]>[] }>;

/** Returns true if this call requires no API key. */
export type IsPublic = (method: string, path: string) => boolean;

/** Builds the OpenAPI description of all endpoints. docs/openapi.json contains a copy. */
export function describeApi(app: NestExpressApplication, isPublic: IsPublic): OpenAPIObject {
  const builder = new DocumentBuilder();
  for (const [name, description] of TAGS) builder.addTag(name, description);
  const config = builder
    .setTitle('Pressroom')
    .setDescription(DESCRIPTION)
    .setVersion(VERSION)
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: KEY_DESCRIPTION }, 'bearer')
    .addApiKey(
      { type: 'apiKey', in: 'header', name: 'X-API-Key', description: KEY_DESCRIPTION },
      'key',
    )
    .addSecurityRequirements('bearer')
    .addSecurityRequirements('key')
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .build();
  const description = SwaggerModule.createDocument(app, config, {
    extraModels: [ProblemDto],
    operationIdFactory: (_controller, method) => method,
  });
  for (const [path, methods] of Object.entries(description.paths)) {
    const examplePath = path.replaceAll(/\{\w+\}/g, 'x');
    for (const [method, operation] of Object.entries(methods as Operations)) {
      if (isPublic(method.toUpperCase(), examplePath)) operation.security = [];
    }
  }
  return description;
}

/** Serves Swagger UI at `/docs` and the OpenAPI description at `/docs-json`. */
export function serveApiDocs(app: NestExpressApplication, isPublic: IsPublic): void {
  SwaggerModule.setup('docs', app, () => describeApi(app, isPublic), {
    jsonDocumentUrl: 'docs-json',
    customSiteTitle: 'Pressroom API',
    swaggerOptions: {
      tryItOutEnabled: true,
      displayRequestDuration: true,
      // Keeps an entered key only in the memory of the tab, not in the browser's storage.
      persistAuthorization: false,
    },
  });
}
