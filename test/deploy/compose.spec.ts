import { DCLinter } from 'dclint';
import { parseEnv } from 'node:util';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { Env } from '../../src/platform/config/env.js';
import { findUndocumentedSettings } from './documented-settings.js';
import { readRepositoryFile, repositoryPath } from './repository-file.js';

interface Service {
  depends_on?: Record<string, { condition: string; restart?: boolean }>;
  environment?: Record<string, string>;
  healthcheck?: object;
  image?: string;
  profiles?: string[];
  read_only?: boolean;
  secrets?: string[];
  stop_grace_period?: string;
  deploy: { replicas?: number; resources: { limits: { memory: string; pids: number } } };
}
/** Result of dclint, whose own types cannot be resolved here. */
interface LintResult {
  messages: { rule: string; message: string }[];
}
interface ComposeFile {
  services: Record<string, Service>;
  secrets: Record<string, { file: string }>;
}

const COMPOSE_FILES = ['docker-compose.yml', 'deploy/compose/secrets.yml'];
const GUIDES = ['docs/guides/deploy.md', 'docs/guides/scale.md'];
/** Time to close the connections to PostgreSQL and Redis after both shutdown periods. */
const CLOSE_SECONDS = 10;

const readComposeFile = (name: string) =>
  parse(readRepositoryFile(name), { merge: true }) as ComposeFile;
const [compose, secrets] = COMPOSE_FILES.map(readComposeFile);
const { app, worker, nginx, ...servers } = compose.services;

describe('docker-compose.yml', () => {
  it.each(COMPOSE_FILES)('%s satisfies the Compose schema', (name) => {
    const linter = new DCLinter({ rules: {}, quiet: true, debug: false, exclude: [] });
    const results = linter.lintFiles([repositoryPath(name)], false) as LintResult[];
    const messages = results.flatMap((result) => result.messages);
    const schemaErrors = messages.filter(({ rule }) => rule.startsWith('invalid-'));
    expect(results).toHaveLength(1);
    expect(schemaErrors).toEqual([]);
  });

  it('docker-compose.yml sets only settings that the configuration reference documents', () => {
    const services = [app, worker, secrets.services.app, secrets.services.worker];
    const variables = new Set(services.flatMap(({ environment = {} }) => Object.keys(environment)));
    expect(findUndocumentedSettings(variables)).toEqual([]);
  });

  it.each(['workers', 's3'])(
    'deploy/compose/%s.env selects its profile and contains only documented settings',
    (profile) => {
      const { COMPOSE_PROFILES, ...settings } = parseEnv(
        readRepositoryFile(`deploy/compose/${profile}.env`),
      );
      expect(COMPOSE_PROFILES).toBe(profile);
      expect(findUndocumentedSettings(Object.keys(settings))).toEqual([]);
      // Compose substitutes only variables that occur in the file.
      const compose = readRepositoryFile('docker-compose.yml');
      for (const name of Object.keys(settings)) expect(compose).toContain(`\${${name}:-`);
    },
  );

  it('docker-compose.yml starts nginx and three workers without migrations in the profile "workers"', () => {
    expect(worker.deploy.replicas).toBe(3);
    expect(worker.environment).toMatchObject({ PRESSROOM_ROLE: 'worker', MIGRATE: 'off' });
    expect([worker.profiles, nginx.profiles]).toEqual([['workers'], ['workers']]);
    expect(app.profiles).toBeUndefined();
  });

  it('docker-compose.yml restarts nginx with the app, because nginx resolves the address of the app only once', () => {
    expect(nginx.depends_on).toEqual({ app: { condition: 'service_healthy', restart: true } });
  });

  it.each(['deploy/compose/workers.env', 'deploy/compose/s3.env', ...GUIDES])(
    'The docker compose commands in %s also load the settings from .env',
    (path) => {
      const commands = readRepositoryFile(path).match(/docker compose .*--env-file.*/g) ?? [];
      expect(commands).not.toEqual([]);
      // `--env-file` replaces the default file.
      for (const command of commands)
        expect(command).toMatch(/compose --env-file \.env --env-file /);
    },
  );

  it('docker-compose.yml gives each app enough time for a graceful stop', () => {
    const { SHUTDOWN_DELAY_SECONDS, SHUTDOWN_GRACE_SECONDS } = new Env();
    const requiredSeconds = SHUTDOWN_DELAY_SECONDS + SHUTDOWN_GRACE_SECONDS + CLOSE_SECONDS;
    for (const { stop_grace_period } of [app, worker, nginx]) {
      expect(Number.parseInt(stop_grace_period!, 10)).toBeGreaterThanOrEqual(requiredSeconds);
    }
  });

  it('docker-compose.yml limits the memory and processes of every service, and makes the root file system of the app read-only', () => {
    for (const service of Object.values(compose.services)) {
      expect(service.deploy.resources.limits).toMatchObject({
        memory: expect.any(String),
        pids: expect.any(Number),
      });
    }
    for (const service of [app, worker, nginx]) expect(service.read_only).toBe(true);
  });

  it('docker-compose.yml checks the health of every server and pins every version', () => {
    for (const { healthcheck, image } of [nginx, ...Object.values(servers)]) {
      expect(healthcheck).toBeDefined();
      expect(image).toMatch(/:v?\d/);
    }
  });

  it.each(Object.entries(secrets.services))(
    'deploy/compose/secrets.yml reads the secrets of %s from mounted files',
    (name, { environment = {}, secrets: mountedSecrets = [] }) => {
      const variables = Object.entries(environment);
      const fileVariables = variables.filter(([variable]) => variable.endsWith('_FILE'));
      const paths = fileVariables.map(([, path]) => path).toSorted();
      expect(paths).toEqual(mountedSecrets.map((secret) => `/run/secrets/${secret}`).toSorted());
      expect(Object.keys(secrets.secrets)).toEqual(expect.arrayContaining(mountedSecrets));
      // The variable itself must be empty, because a secret that is set twice is an error.
      const baseEnvironment = compose.services[name].environment!;
      const replacedVariables = fileVariables
        .map(([file]) => file.replace(/_FILE$/, ''))
        .filter((variable) => variable in baseEnvironment);
      const emptyVariables = variables
        .filter(([, value]) => value === '')
        .map(([variable]) => variable);
      expect(emptyVariables.toSorted()).toEqual(replacedVariables.toSorted());
    },
  );
});
