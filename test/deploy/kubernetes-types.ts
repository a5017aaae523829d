import ts from 'typescript';
import type { Manifest } from './manifests.js';
import { repositoryPath } from './repository-file.js';

/** Module of kubernetes-types for each `apiVersion`. */
const MODULES: Record<string, string> = {
  v1: 'core/v1',
  'apps/v1': 'apps/v1',
  'autoscaling/v2': 'autoscaling/v2',
  'batch/v1': 'batch/v1',
  'networking.k8s.io/v1': 'networking/v1',
  'policy/v1': 'policy/v1',
};
/** Resources of the Prometheus Operator, which the types do not describe. */
const CUSTOM_RESOURCES = new Set(['monitoring.coreos.com/v1']);

const OPTIONS: ts.CompilerOptions = {
  strict: true,
  noEmit: true,
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  types: [],
  lib: ['lib.es5.d.ts'],
  skipLibCheck: true,
};
/** Parsed declarations by path. Parsing them takes longer than a check. */
const declarations = new Map<string, ts.SourceFile | undefined>();

/**
 * Checks manifests against the API of Kubernetes with the TypeScript compiler. Finds unknown and missing fields
 * and wrong types, also in nested objects. Returns one line for each problem.
 */
export function findTypeErrors(manifests: readonly Manifest[]): string[] {
  const checked = manifests.filter(({ apiVersion }) => !CUSTOM_RESOURCES.has(apiVersion));
  const unknown = checked.filter(({ apiVersion }) => !(apiVersion in MODULES));
  if (unknown.length > 0) return unknown.map(({ apiVersion }) => `unknown API ${apiVersion}`);
  const statements = checked.map(
    (manifest, at) =>
      `export const m${at}: import('kubernetes-types/${MODULES[manifest.apiVersion]}').${manifest.kind} = ${JSON.stringify(manifest, null, 1)};`,
  );
  // A file of this folder, so that the types are found.
  const path = repositoryPath('test/deploy/checked-manifests.ts');
  const text = statements.join('\n');
  const host = ts.createCompilerHost(OPTIONS);
  const declarationOf = (name: string, target: ts.ScriptTarget | ts.CreateSourceFileOptions) => {
    if (!declarations.has(name)) declarations.set(name, host.getSourceFile(name, target));
    return declarations.get(name);
  };
  const withText: ts.CompilerHost = {
    ...host,
    fileExists: (name) => name === path || host.fileExists(name),
    readFile: (name) => (name === path ? text : host.readFile(name)),
    getSourceFile: (name, target) =>
      name === path ? ts.createSourceFile(path, text, target) : declarationOf(name, target),
  };
  const program = ts.createProgram([path], OPTIONS, withText);
  return ts.getPreEmitDiagnostics(program).map((diagnostic) => {
    const message = ts.flattenDiagnosticMessageText(diagnostic.messageText, ' ');
    const line = text.slice(0, diagnostic.start).split('\n').at(-1)!;
    return `${line.trim()} ${message}`;
  });
}
