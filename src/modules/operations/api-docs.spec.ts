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

describe('The API description', () => {
  it('The API description has one tag per operation, in the order of the workflow', () => {
    const headings = api.tags.map(({ name }) => name);
    expect(headings.slice(0, 3)).toEqual(['Upload', 'Status', 'Download']);
    for (const { tags } of operations) {
      expect(tags).toHaveLength(1);
      expect(headings).toContain(tags[0]);
    }
  });

  // Swagger UI fills examples, and samples where there is none, into the forms of "Try it out".
  it('The API description has no examples for optional settings, so Swagger UI sends none', () => {
    const { UploadForm } = api.components.schemas;
    for (const [name, property] of Object.entries(UploadForm.properties)) {
      if (property.format === 'binary') continue;
      expect([name, property.default ?? property.example]).not.toEqual([name, undefined]);
      expect([name, property.default ?? '']).toEqual([name, property.example ?? property.default]);
    }
    for (const { name, in: place, required, ...parameter } of operations.flatMap(
      ({ parameters = [] }) => parameters,
    )) {
      if (place === 'path' || required) continue;
      const filled = parameter.example ?? parameter.schema.example;
      expect([name, filled]).toEqual([name, filled && parameter.schema.default]);
    }
  });
});
