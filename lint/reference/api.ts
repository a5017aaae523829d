/** Generates a page that is readable as text from the OpenAPI description. */
import { listItem, wrap } from './wrap.js';

interface Schema {
  $ref?: string;
  description?: string;
  default?: string | number | boolean;
  enum?: unknown[];
  minimum?: number;
  maximum?: number;
  properties?: Record<string, Schema>;
  required?: string[];
}

interface Field {
  name: string;
  in: string;
  required?: boolean;
  description?: string;
  schema?: Schema;
}

interface Operation {
  tags?: string[];
  summary?: string;
  description?: string;
  parameters?: Field[];
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<string, { description?: string }>;
}

export interface OpenApi {
  tags: { name: string; description?: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}

/** Returns the page `docs/reference/api.md`. */
export function toApiPage(api: OpenApi): string {
  const calls = Object.entries(api.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  const sections = api.tags.flatMap(({ name, description }) => [
    `## ${name}`,
    ...(description ? [wrap(description).join('\n')] : []),
    ...calls
      .filter(({ operation }) => operation.tags?.includes(name))
      .flatMap(({ path, method, operation }) => formatCall(api, method, path, operation)),
  ]);
  return `${[
    '<!-- Generated from docs/openapi.json by `npm run reference`. -->',
    '# API',
    wrap(
      'All calls, generated from the [OpenAPI description](../openapi.json). Swagger UI at `/docs` of a running ' +
        'app shows examples. Errors are problem documents (RFC 9457); [errors](errors.md) lists their codes.',
    ).join('\n'),
    ...sections,
  ].join('\n\n')}\n`;
}

function formatCall(api: OpenApi, method: string, path: string, operation: Operation): string[] {
  const fields = [...(operation.parameters ?? []), ...listBodyFields(api, operation)];
  const statuses = Object.keys(operation.responses).map((status) => `\`${status}\``);
  return [
    `### \`${method.toUpperCase()} ${path}\``,
    wrap([operation.summary, operation.description].filter(Boolean).map(toSentence).join(' ')).join(
      '\n',
    ),
    [
      ...fields.filter((field) => field.in !== 'path').map(formatField),
      `- Status codes: ${statuses.join(', ')}`,
    ].join('\n'),
  ];
}

function listBodyFields(api: OpenApi, { requestBody }: Operation): Field[] {
  return Object.entries(requestBody?.content ?? {}).flatMap(([type, { schema }]) => {
    const name = schema.$ref?.split('/').at(-1);
    const { properties = {}, required = [] } = name ? api.components.schemas[name] : schema;
    const location = type === 'multipart/form-data' ? 'form' : 'body';
    return Object.entries(properties).map(([field, value]) => ({
      name: field,
      in: location,
      required: required.includes(field),
      description: value.description,
      schema: value,
    }));
  });
}

function formatField({ name, in: location, required, description, schema = {} }: Field): string {
  const details = [
    location,
    ...(required ? ['required'] : []),
    ...(schema.enum ? [schema.enum.map((value) => `\`${String(value)}\``).join(' or ')] : []),
    ...(schema.minimum !== undefined && schema.maximum !== undefined
      ? [`${schema.minimum} to ${schema.maximum}`]
      : []),
    ...(schema.default === undefined ? [] : [`default \`${String(schema.default)}\``]),
  ];
  return listItem(`\`${name}\` (${details.join(', ')})${description ? `: ${description}` : ''}`);
}

const toSentence = (text?: string) => (text && !/[.!?]$/.test(text) ? `${text}.` : text);
