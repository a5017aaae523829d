import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

interface Property {
  example?: unknown;
  default?: unknown;
  format?: string;
}
interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  example?: unknown;
  schema: Property;
}
interface Operation {
  tags: string[];
  parameters?: Parameter[];
}
interface ApiDescription {
  tags: { name: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, { properties: Record<string, Property> }> };
}

const api = JSON.parse(
  readFileSync(new URL('../../../docs/openapi.json', import.meta.url), 'utf8'),
) as ApiDescription;
const operations = Object.values(api.paths).flatMap((methods) => Object.values(methods));

describe('describeApi()', () => {
  it('describeApi() assigns one tag to each operation and lists the tags in workflow order', () => {
    const tagNames = api.tags.map(({ name }) => name);
    expect(tagNames.slice(0, 3)).toEqual(['Upload', 'Status', 'Download']);
    for (const { tags } of operations) {
      expect(tags).toHaveLength(1);
      expect(tagNames).toContain(tags[0]);
    }
  });

  // Swagger UI fills the "Try it out" forms with examples, or with generated samples if there is no example.
  it('describeApi() sets no examples for optional parameters, because Swagger UI would send them', () => {
    const { UploadForm } = api.components.schemas;
    for (const [name, property] of Object.entries(UploadForm.properties)) {
      if (property.format === 'binary') continue;
      expect([name, property.default ?? property.example]).not.toEqual([name, undefined]);
      expect([name, property.default ?? '']).toEqual([name, property.example ?? property.default]);
    }
    for (const { name, in: location, required, ...parameter } of operations.flatMap(
      ({ parameters = [] }) => parameters,
    )) {
      if (location === 'path' || required) continue;
      const prefilledValue = parameter.example ?? parameter.schema.example;
      expect([name, prefilledValue]).toEqual([name, prefilledValue && parameter.schema.default]);
    }
  });
});
