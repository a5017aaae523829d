import { readdirSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import { readRepositoryFile, repositoryPath } from './repository-file.js';

const FOLDER = 'deploy/kubernetes';
/** Files that are not manifests. */
const OTHER_FILES = new Set(['values.yaml', 'kustomization.yaml', 'prometheus-adapter.yaml']);

export interface Container {
  args?: string[];
  env: { name: string; value: string }[];
  resources: { limits: Record<string, string>; requests: Record<string, string> };
  securityContext: object;
  volumeMounts: { mountPath: string; name: string; readOnly?: boolean }[];
  livenessProbe?: { httpGet: { path: string } };
  readinessProbe?: { httpGet: { path: string } };
  startupProbe?: { httpGet: { path: string } };
}

export interface PodSpec {
  automountServiceAccountToken: boolean;
  containers: Container[];
  securityContext: Record<string, unknown>;
  terminationGracePeriodSeconds?: number;
  volumes: { name: string; secret?: { items: { key: string }[] } }[];
}

export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; labels: Record<string, string> };
  spec: {
    selector?: Record<string, unknown>;
    template?: { metadata: { labels: Record<string, string> }; spec: PodSpec };
    [field: string]: unknown;
  };
}

/** Returns all documents in deploy/kubernetes that `kubectl apply` uses. */
export function readManifests(): Manifest[] {
  return readdirSync(repositoryPath(FOLDER))
    .filter((name) => name.endsWith('.yaml') && !OTHER_FILES.has(name))
    .flatMap((name) => {
      const documents = parseAllDocuments(readRepositoryFile(`${FOLDER}/${name}`));
      return [...documents].map((document) => {
        if (document.errors.length > 0) throw document.errors[0];
        return document.toJS() as Manifest;
      });
    });
}
