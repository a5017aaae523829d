import { spawnSync } from 'node:child_process';
import { BlockList, isIPv6 } from 'node:net';
import { describe, expect, it } from 'vitest';
import { computeChartFingerprint } from '../../lint/manifests/fingerprint.js';
import { findUndocumentedSettings } from './documented-settings.js';
import { findTypeErrors } from './kubernetes-types.js';
import { type Container, type Manifest, readManifests } from './manifests.js';
import { readRepositoryFile, repositoryPath } from './repository-file.js';

const manifests = readManifests();
const findManifests = (kind: string) => manifests.filter((manifest) => manifest.kind === kind);
const findManifest = (kind: string, name: string) =>
  findManifests(kind).find(({ metadata }) => metadata.name === name)!;

const deployments = findManifests('Deployment');
const job = findManifest('Job', 'pressroom-migrate');
const getPodSpec = ({ spec }: Manifest) => spec.template!.spec;
const getContainer = (manifest: Manifest): Container => getPodSpec(manifest).containers[0];
const getSettings = (manifest: Manifest): Record<string, string> =>
  Object.fromEntries(getContainer(manifest).env.map(({ name, value }) => [name, value]));

/** Time to close the connections to PostgreSQL and Redis after both shutdown periods. */
const CLOSE_SECONDS = 10;
const MEBIBYTES = { Mi: 1, Gi: 1024 };

function toMebibytes(quantity: string): number {
  const [, count, unit] = /^(\d+)(Mi|Gi)$/.exec(quantity)!;
  return Number(count) * MEBIBYTES[unit as keyof typeof MEBIBYTES];
}

const HELM = process.env.HELM ?? 'helm';
const hasHelm = spawnSync(HELM, ['version']).status === 0;

describe.runIf(hasHelm)('The Helm chart (if Helm is installed)', () => {
  it('The Helm chart renders exactly the files in deploy/kubernetes', () => {
    const check = ['--import', 'tsx', repositoryPath('lint/manifests/main.ts'), '--check'];
    const { stderr, status } = spawnSync(process.execPath, check, { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });

  it('The Helm chart has no lint errors', () => {
    const { stdout, status } = spawnSync(HELM, ['lint', repositoryPath('deploy/helm/pressroom')], {
      encoding: 'utf8',
    });
    expect({ stdout, status }).toMatchObject({ status: 0 });
  });
});

describe('deploy/kubernetes', () => {
  it('deploy/kubernetes matches the current chart', () => {
    const rendered = readRepositoryFile('deploy/kubernetes/.rendered-from').trim();
    // After a change of the chart, run `npm run manifests`.
    expect(rendered).toBe(computeChartFingerprint());
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
    Object.assign(getContainer(deployment), { unknownProbe: {} });
    expect(findTypeErrors([deployment])).toHaveLength(1);
  });

  it('deploy/kubernetes sets only settings that the configuration reference documents', () => {
    const variables = [...deployments, job].flatMap((manifest) =>
      Object.keys(getSettings(manifest)),
    );
    expect(findUndocumentedSettings(new Set(variables))).toEqual([]);
  });
});

describe.each([...deployments, job].map((manifest) => [manifest.metadata.name, manifest] as const))(
  'The pods of %s',
  (name, manifest) => {
    it(`The pods of ${name} run as a non-root user, without privileges, on a read-only root file system`, () => {
      expect(getPodSpec(manifest)).toMatchObject({
        automountServiceAccountToken: false,
        securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
      });
      // OpenShift selects the UID.
      expect(getPodSpec(manifest).securityContext).not.toHaveProperty('runAsUser');
      expect(getContainer(manifest).securityContext).toEqual({
        allowPrivilegeEscalation: false,
        capabilities: { drop: ['ALL'] },
        readOnlyRootFilesystem: true,
      });
    });

    it(`The pods of ${name} can write only to /data and /tmp`, () => {
      const { volumeMounts } = getContainer(manifest);
      const writableMounts = volumeMounts.filter(({ readOnly }) => readOnly !== true);
      expect(writableMounts.map(({ mountPath }) => mountPath).toSorted()).toEqual([
        '/data',
        '/tmp',
      ]);
    });

    it(`The pods of ${name} read each secret from a mounted file`, () => {
      const [secrets] = getPodSpec(manifest).volumes.filter(({ secret }) => secret);
      const mountedPaths = secrets.secret!.items.map(({ key }) => `/run/secrets/pressroom/${key}`);
      const files = Object.entries(getSettings(manifest)).filter(([name]) =>
        name.endsWith('_FILE'),
      );
      expect(files.map(([, path]) => path)).toEqual(mountedPaths);
      expect(mountedPaths).toContain('/run/secrets/pressroom/DATABASE_URL');
    });

    it(`The pods of ${name} have a memory limit for all their decoders`, () => {
      const { limits, requests } = getContainer(manifest).resources;
      const { DECODERS = '0', DECODER_MEMORY_MB = '0' } = getSettings(manifest);
      const decoderMemoryMb = Number(DECODERS) * Number(DECODER_MEMORY_MB);
      expect(toMebibytes(limits.memory)).toBeGreaterThanOrEqual(decoderMemoryMb + 512);
      expect(requests.cpu).toBeDefined();
    });
  },
);

describe.each(deployments.map((manifest) => [manifest.metadata.name, manifest] as const))(
  'The deployment %s',
  (name, manifest) => {
    it(`The deployment ${name} has its role and leaves migrations to the job`, () => {
      expect(getSettings(manifest)).toMatchObject({
        PRESSROOM_ROLE: name.replace('pressroom-', ''),
        MIGRATE: 'off',
        METRICS: 'on',
      });
      expect(getContainer(job).args).toEqual(['bin/migrate.js']);
      expect(getSettings(job)).not.toHaveProperty('MIGRATE');
    });

    it(`The deployment ${name} gives each pod enough time for a graceful stop`, () => {
      const { SHUTDOWN_DELAY_SECONDS, SHUTDOWN_GRACE_SECONDS } = getSettings(manifest);
      const seconds = Number(SHUTDOWN_DELAY_SECONDS) + Number(SHUTDOWN_GRACE_SECONDS);
      expect(getPodSpec(manifest).terminationGracePeriodSeconds).toBe(seconds + CLOSE_SECONDS);
    });

    it(`The deployment ${name} restarts pods that are not alive, and sends calls only to ready pods`, () => {
      const { startupProbe, livenessProbe, readinessProbe } = getContainer(manifest);
      expect(
        [startupProbe, livenessProbe, readinessProbe].map((probe) => probe!.httpGet.path),
      ).toEqual(['/health/live', '/health/live', '/health/ready']);
    });

    it(`The deployment ${name} selects the labels of its own pods, like its PodDisruptionBudget`, () => {
      const { labels } = manifest.spec.template!.metadata;
      for (const { spec } of [manifest, findManifest('PodDisruptionBudget', name)]) {
        expect(labels).toMatchObject(spec.selector!.matchLabels as object);
      }
    });
  },
);

it('The HorizontalPodAutoscaler scales the workers, whose deployment sets no replica count', () => {
  const { spec } = findManifest('HorizontalPodAutoscaler', 'pressroom-worker');
  expect(spec.scaleTargetRef).toMatchObject({ kind: 'Deployment', name: 'pressroom-worker' });
  expect(findManifest('Deployment', 'pressroom-worker').spec).not.toHaveProperty('replicas');
});

it('The ServiceMonitor assigns the job label that the alert rules use', () => {
  const { jobLabel } = findManifest('ServiceMonitor', 'pressroom').spec;
  const job = findManifest('Service', 'pressroom-metrics').metadata.labels[String(jobLabel)];
  const rules = readRepositoryFile('deploy/prometheus/alerts.yml');
  const jobs = new Set([...rules.matchAll(/job="([^"]*)"/g)].map(([, name]) => name));
  expect(jobs).toEqual(new Set([job]));
});

it('Each worker opens at most four connections to PostgreSQL', () => {
  const { DATABASE_CONNECTIONS } = getSettings(findManifest('Deployment', 'pressroom-worker'));
  expect(DATABASE_CONNECTIONS).toBe('4');
});

describe('The NetworkPolicy for all pods', () => {
  interface Peer {
    ipBlock?: { cidr: string; except?: string[] };
  }
  interface Rule {
    to: Peer[];
    ports: { port: number }[];
  }
  const egress = findManifest('NetworkPolicy', 'pressroom').spec.egress as Rule[];

  const isAllowed = (address: string, port: number) =>
    egress.some(
      ({ to, ports }) =>
        ports.some((rulePort) => rulePort.port === port) &&
        to.some(({ ipBlock }) => ipBlock !== undefined && containsAddress(ipBlock, address)),
    );
  function containsAddress(
    { cidr, except = [] }: NonNullable<Peer['ipBlock']>,
    address: string,
  ): boolean {
    const isInNetwork = (network: string) => {
      const [base, bits] = network.split('/');
      if (isIPv6(base) !== isIPv6(address)) return false;
      const family = isIPv6(base) ? 'ipv6' : 'ipv4';
      const list = new BlockList();
      list.addSubnet(base, Number(bits), family);
      return list.check(address, family);
    };
    return isInNetwork(cidr) && !except.some(isInNetwork);
  }

  it.each([
    ['93.184.215.14', 443],
    ['93.184.215.14', 80],
    ['2606:2800:21f:cb07:6820:80da:af6b:8b2c', 443],
  ])('The NetworkPolicy for all pods allows calls to %s, port %i', (address, port) => {
    expect(isAllowed(address, port)).toBe(true);
  });

  it.each([
    ['169.254.169.254', 80],
    ['fd00:ec2::254', 80],
    ['10.0.0.1', 443],
    ['192.168.1.1', 80],
    ['127.0.0.1', 80],
    ['93.184.215.14', 25],
    ['93.184.215.14', 53],
  ])('The NetworkPolicy for all pods denies calls to %s, port %i', (address, port) => {
    expect(isAllowed(address, port)).toBe(false);
  });

  it.each([53, 5432, 6379])(
    'The NetworkPolicy for all pods allows calls to servers in the cluster on port %i',
    (port) => {
      const rules = egress.filter(({ ports }) => ports.some((rulePort) => rulePort.port === port));
      expect(rules.flatMap(({ to }) => to)).toContainEqual({ namespaceSelector: {} });
    },
  );
});
