import { spawnSync } from 'node:child_process';
import { BlockList, isIPv6 } from 'node:net';
import { describe, expect, it } from 'vitest';
import { chartFingerprint } from '../../lint/manifests/fingerprint.js';
import { findUndocumented } from './documented-settings.js';
import { findTypeErrors } from './kubernetes-types.js';
import { type Container, type Manifest, readManifests } from './manifests.js';
import { readRepositoryFile, repositoryPath } from './repository-file.js';

const manifests = readManifests();
const ofKind = (kind: string) => manifests.filter((manifest) => manifest.kind === kind);
const named = (kind: string, name: string) =>
  ofKind(kind).find(({ metadata }) => metadata.name === name)!;

const deployments = ofKind('Deployment');
const job = named('Job', 'pressroom-migrate');
const podOf = ({ spec }: Manifest) => spec.template!.spec;
const containerOf = (manifest: Manifest): Container => podOf(manifest).containers[0];
const settingsOf = (manifest: Manifest): Record<string, string> =>
  Object.fromEntries(containerOf(manifest).env.map(({ name, value }) => [name, value]));

/** Seconds for the connections to PostgreSQL and Redis, besides the two settings. */
const CLOSE_SECONDS = 10;
const MEBIBYTES = { Mi: 1, Gi: 1024 };

function mebibytes(quantity: string): number {
  const [, count, unit] = /^(\d+)(Mi|Gi)$/.exec(quantity)!;
  return Number(count) * MEBIBYTES[unit as keyof typeof MEBIBYTES];
}

const HELM = process.env.HELM ?? 'helm';
const hasHelm = spawnSync(HELM, ['version']).status === 0;

describe.runIf(hasHelm)('deploy/kubernetes (if Helm is installed)', () => {
  it('deploy/kubernetes (if Helm is installed) has the files that the chart renders', () => {
    const check = ['--import', 'tsx', repositoryPath('lint/manifests/main.ts'), '--check'];
    const { stderr, status } = spawnSync(process.execPath, check, { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });

  it('deploy/kubernetes (if Helm is installed) comes from a chart without lint errors', () => {
    const { stdout, status } = spawnSync(HELM, ['lint', repositoryPath('deploy/helm/pressroom')], {
      encoding: 'utf8',
    });
    expect({ stdout, status }).toMatchObject({ status: 0 });
  });
});

describe('deploy/kubernetes', () => {
  it('deploy/kubernetes matches the current chart', () => {
    const rendered = readRepositoryFile('deploy/kubernetes/.rendered-from').trim();
    // After a change of the chart: `npm run manifests`.
    expect(rendered).toBe(chartFingerprint());
  });

  it('deploy/kubernetes contains exactly the expected objects', () => {
    expect(manifests.map(({ kind, metadata }) => `${kind} ${metadata.name}`).toSorted()).toEqual([
      'Deployment pressroom-api',
      'Deployment pressroom-worker',
      'HorizontalPodAutoscaler pressroom-worker',
      'Ingress pressroom',
      'Job pressroom-migrate',
      'NetworkPolicy pressroom',
      'NetworkPolicy pressroom-api',
      'PodDisruptionBudget pressroom-api',
      'PodDisruptionBudget pressroom-worker',
      'Service pressroom',
      'Service pressroom-metrics',
      'ServiceAccount pressroom',
      'ServiceMonitor pressroom',
    ]);
  });

  it('deploy/kubernetes matches the schemas of the Kubernetes API', { timeout: 60_000 }, () => {
    expect(findTypeErrors(manifests)).toEqual([]);
    // The check must find an unknown field in a nested object.
    const [deployment] = structuredClone(deployments);
    Object.assign(containerOf(deployment), { unknownProbe: {} });
    expect(findTypeErrors([deployment])).toHaveLength(1);
  });

  it('deploy/kubernetes sets only settings that the configuration reference documents', () => {
    const variables = [...deployments, job].flatMap((one) => Object.keys(settingsOf(one)));
    expect(findUndocumented(new Set(variables))).toEqual([]);
  });
});

describe.each([...deployments, job].map((manifest) => [manifest.metadata.name, manifest] as const))(
  'The pods of %s',
  (name, manifest) => {
    it(`The pods of ${name} run as a non-root user, without privileges, on a read-only root file system`, () => {
      expect(podOf(manifest)).toMatchObject({
        automountServiceAccountToken: false,
        securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
      });
      // OpenShift selects the UID.
      expect(podOf(manifest).securityContext).not.toHaveProperty('runAsUser');
      expect(containerOf(manifest).securityContext).toEqual({
        allowPrivilegeEscalation: false,
        capabilities: { drop: ['ALL'] },
        readOnlyRootFilesystem: true,
      });
    });

    it(`The pods of ${name} can write only to /data and /tmp`, () => {
      const { volumeMounts } = containerOf(manifest);
      const writable = volumeMounts.filter(({ readOnly }) => readOnly !== true);
      expect(writable.map(({ mountPath }) => mountPath).toSorted()).toEqual(['/data', '/tmp']);
    });

    it(`The pods of ${name} read each secret from a mounted file`, () => {
      const [secrets] = podOf(manifest).volumes.filter(({ secret }) => secret);
      const mounted = secrets.secret!.items.map(({ key }) => `/run/secrets/pressroom/${key}`);
      const files = Object.entries(settingsOf(manifest)).filter(([name]) => name.endsWith('_FILE'));
      expect(files.map(([, path]) => path)).toEqual(mounted);
      expect(mounted).toContain('/run/secrets/pressroom/DATABASE_URL');
    });

    it(`The pods of ${name} have a memory limit for all their decoders`, () => {
      const { limits, requests } = containerOf(manifest).resources;
      const { DECODERS = '0', DECODER_MEMORY_MB = '0' } = settingsOf(manifest);
      const decoders = Number(DECODERS) * Number(DECODER_MEMORY_MB);
      expect(mebibytes(limits.memory)).toBeGreaterThanOrEqual(decoders + 512);
      expect(requests.cpu).toBeDefined();
    });
  },
);

describe.each(deployments.map((manifest) => [manifest.metadata.name, manifest] as const))(
  'The deployment %s',
  (name, manifest) => {
    it(`The deployment ${name} has its role and leaves migrations to the job`, () => {
      expect(settingsOf(manifest)).toMatchObject({
        PRESSROOM_ROLE: name.replace('pressroom-', ''),
        MIGRATE: 'off',
        METRICS: 'on',
      });
      expect(containerOf(job).args).toEqual(['bin/migrate.js']);
      expect(settingsOf(job)).not.toHaveProperty('MIGRATE');
    });

    it(`The deployment ${name} waits for a graceful stop before it kills a pod`, () => {
      const { SHUTDOWN_DELAY_SECONDS, SHUTDOWN_GRACE_SECONDS } = settingsOf(manifest);
      const seconds = Number(SHUTDOWN_DELAY_SECONDS) + Number(SHUTDOWN_GRACE_SECONDS);
      expect(podOf(manifest).terminationGracePeriodSeconds).toBe(seconds + CLOSE_SECONDS);
    });

    it(`The deployment ${name} restarts pods that are not alive, and sends calls only to ready pods`, () => {
      const { startupProbe, livenessProbe, readinessProbe } = containerOf(manifest);
      expect(
        [startupProbe, livenessProbe, readinessProbe].map((probe) => probe!.httpGet.path),
      ).toEqual(['/health/live', '/health/live', '/health/ready']);
    });

    it(`The deployment ${name} selects the labels of its own pods, as its PodDisruptionBudget does`, () => {
      const { labels } = manifest.spec.template!.metadata;
      for (const { spec } of [manifest, named('PodDisruptionBudget', name)]) {
        expect(labels).toMatchObject(spec.selector!.matchLabels as object);
      }
    });
  },
);

it('The HorizontalPodAutoscaler scales the workers, whose deployment sets no replica count', () => {
  const { spec } = named('HorizontalPodAutoscaler', 'pressroom-worker');
  expect(spec.scaleTargetRef).toMatchObject({ kind: 'Deployment', name: 'pressroom-worker' });
  expect(named('Deployment', 'pressroom-worker').spec).not.toHaveProperty('replicas');
});

it('The ServiceMonitor gives the pods the job label of the alert rules', () => {
  const { jobLabel } = named('ServiceMonitor', 'pressroom').spec;
  const job = named('Service', 'pressroom-metrics').metadata.labels[String(jobLabel)];
  const rules = readRepositoryFile('deploy/prometheus/alerts.yml');
  const jobs = new Set([...rules.matchAll(/job="([^"]*)"/g)].map(([, name]) => name));
  expect(jobs).toEqual(new Set([job]));
});

it('Each worker opens at most four connections to PostgreSQL', () => {
  const { DATABASE_CONNECTIONS } = settingsOf(named('Deployment', 'pressroom-worker'));
  expect(DATABASE_CONNECTIONS).toBe('4');
});

describe('The NetworkPolicy of all pods', () => {
  interface Peer {
    ipBlock?: { cidr: string; except?: string[] };
  }
  interface Rule {
    to: Peer[];
    ports: { port: number }[];
  }
  const egress = named('NetworkPolicy', 'pressroom').spec.egress as Rule[];

  const allows = (address: string, port: number) =>
    egress.some(
      ({ to, ports }) =>
        ports.some((one) => one.port === port) &&
        to.some(({ ipBlock }) => ipBlock !== undefined && contains(ipBlock, address)),
    );
  function contains({ cidr, except = [] }: NonNullable<Peer['ipBlock']>, address: string): boolean {
    const isIn = (network: string) => {
      const [base, bits] = network.split('/');
      if (isIPv6(base) !== isIPv6(address)) return false;
      const family = isIPv6(base) ? 'ipv6' : 'ipv4';
      const list = new BlockList();
      list.addSubnet(base, Number(bits), family);
      return list.check(address, family);
    };
    return isIn(cidr) && !except.some(isIn);
  }

  it.each([
    ['93.184.215.14', 443],
    ['93.184.215.14', 80],
    ['2606:2800:21f:cb07:6820:80da:af6b:8b2c', 443],
  ])('The NetworkPolicy of all pods lets pods fetch images from %s port %i', (address, port) => {
    expect(allows(address, port)).toBe(true);
  });

  it.each([
    ['169.254.169.254', 80],
    ['fd00:ec2::254', 80],
    ['10.0.0.1', 443],
    ['192.168.1.1', 80],
    ['127.0.0.1', 80],
    ['93.184.215.14', 25],
    ['93.184.215.14', 53],
  ])('The NetworkPolicy of all pods lets no pod call %s port %i', (address, port) => {
    expect(allows(address, port)).toBe(false);
  });

  it.each([53, 5432, 6379])(
    'The NetworkPolicy of all pods lets pods call servers in the cluster on port %i',
    (port) => {
      const rules = egress.filter(({ ports }) => ports.some((one) => one.port === port));
      expect(rules.flatMap(({ to }) => to)).toContainEqual({ namespaceSelector: {} });
    },
  );
});
