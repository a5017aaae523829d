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
/** Cache of parsed declarations by path, because parsing takes longer than a check. */
const declarations = new Map<string, ts.SourceFile | undefined>();

/**
 * Checks manifests against the Kubernetes API with the TypeScript compiler. Finds unknown and missing fields
 * and wrong types, including in nested objects. Returns one line for each problem.
 */
export function findTypeErrors(manifests: readonly Manifest[]): string[] {
  const standardManifests = manifests.filter(({ apiVersion }) => !CUSTOM_RESOURCES.has(apiVersion));
  const unsupported = standardManifests.filter(({ apiVersion }) => !(apiVersion in MODULES));
  if (unsupported.length > 0)
    return unsupported.map(({ apiVersion }) => `unknown API ${apiVersion}`);
  const statements = standardManifests.map(
    (manifest, index) =>
      `export const m${index}: import('kubernetes-types/${MODULES[manifest.apiVersion]}').${manifest.kind} = ${JSON.stringify(manifest, null, 1)};`,
  );
  // TypeScript resolves the types from this folder.
  const path = repositoryPath('test/deploy/checked-manifests.ts');
  const text = statements.join('\n');
  const host = ts.createCompilerHost(OPTIONS);
  const getDeclaration = (name: string, target: ts.ScriptTarget | ts.CreateSourceFileOptions) => {
    if (!declarations.has(name)) declarations.set(name, host.getSourceFile(name, target));
    return declarations.get(name);
  };
  const checkHost: ts.CompilerHost = {
    ...host,
    fileExists: (name) => name === path || host.fileExists(name),
    readFile: (name) => (name === path ? text : host.readFile(name)),
    getSourceFile: (name, target) =>
      name === path ? ts.createSourceFile(path, text, target) : getDeclaration(name, target),
  };
  const program = ts.createProgram([path], OPTIONS, checkHost);
  return ts.getPreEmitDiagnostics(program).map((diagnostic) => {
    const message = ts.flattenDiagnosticMessageText(diagnostic.messageText, ' ');
    const line = text.slice(0, diagnostic.start).split('\n').at(-1)!;
    return `${line.trim()} ${message}`;
  });
}
