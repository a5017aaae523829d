import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readRepositoryFile, repositoryPath } from './repository-file.js';

const dockerfile = readRepositoryFile('Dockerfile');
const stages = dockerfile.split(/^(?=FROM )/m).slice(1);
const finalStage = stages.at(-1)!;

describe('Dockerfile', () => {
  it('Dockerfile copies only files that exist and that .dockerignore does not exclude', () => {
    const allowedPaths = [...readRepositoryFile('.dockerignore').matchAll(/^!(.+)$/gm)].map(
      ([, path]) => path,
    );
    const copiedPaths = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)]
      .flatMap(([, paths]) => paths.split(' '))
      .filter((path) => path !== '.');
    expect(copiedPaths).toContain('package-lock.json');
    const missingPaths = [...allowedPaths, ...copiedPaths].filter(
      (path) => !existsSync(repositoryPath(path)),
    );
    expect(missingPaths).toEqual([]);
    for (const path of copiedPaths) expect(allowedPaths).toContain(path.split('/')[0]);
  });

  it('Dockerfile uses one Node.js version, installs exactly the locked packages, and runs no install scripts', () => {
    const versions = new Set([...dockerfile.matchAll(/^FROM node:(\S+)/gm)].map(([, tag]) => tag));
    expect(versions.size).toBe(1);
    const installs = dockerfile.match(/npm (?:ci|install)[^\n\\&]*/g)!.map((text) => text.trim());
    expect(installs).toEqual(['npm ci --ignore-scripts', 'npm ci --omit=dev --ignore-scripts']);
  });

  it('Dockerfile starts tini as a non-root user, and lets group 0 write to /data', () => {
    expect(finalStage).toMatch(/^USER 1000:0$/m);
    expect(finalStage).toMatch(/^RUN install -d -o 1000 -g 0 -m 2770 \/data$/m);
    expect(finalStage).toMatch(/^ENTRYPOINT \["\/usr\/bin\/tini", "--", "node", "--max-[^"]+"\]$/m);
  });

  it('Dockerfile starts Node.js with the same flags as npm start', () => {
    const [, entryPoint] = /^ENTRYPOINT \[(.*)\]$/m.exec(finalStage)!;
    const { scripts } = JSON.parse(readRepositoryFile('package.json')) as {
      scripts: Record<string, string>;
    };
    const extractFlags = (command: string) => command.match(/--max-[a-z-]+=\d+/g);
    expect(extractFlags(entryPoint)).toEqual(['--max-semi-space-size=64']);
    expect(extractFlags(scripts.start)).toEqual(extractFlags(entryPoint));
  });
});

describe('bin/prune-image.js', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'pressroom-prune-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const prune = (...args: string[]) =>
    spawnSync(process.execPath, [repositoryPath('bin/prune-image.js'), ...args]).status;

  it('bin/prune-image.js keeps code, data and licenses, and removes source maps and declarations', () => {
    const keptPaths = ['a/index.js', 'a/package.json', 'a/data.json', 'a/LICENSE.md', 'a/lib.node'];
    const removedPaths = [
      'a/index.js.map',
      'a/index.d.ts',
      'a/README.md',
      'typeorm/browser/index.js',
    ];
    for (const path of [...keptPaths, ...removedPaths]) {
      mkdirSync(join(folder, path, '..'), { recursive: true });
      writeFileSync(join(folder, path), '');
    }
    expect(prune(folder)).toBe(0);
    const remainingPaths = [...keptPaths, ...removedPaths].filter((path) =>
      existsSync(join(folder, path)),
    );
    expect(remainingPaths).toEqual(keptPaths);
  });

  it('bin/prune-image.js exits with 2 without a folder argument', () => {
    expect(prune()).toBe(2);
  });
});

describe('bin/healthcheck.js', () => {
  it.each([
    [200, 0],
    [500, 1],
  ])(
    'For a response with status %i, bin/healthcheck.js exits with %i',
    async (status, exitCode) => {
      const server = createServer((_request, response) => response.writeHead(status).end());
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      const child = spawn(process.execPath, [repositoryPath('bin/healthcheck.js')], {
        env: { ...process.env, PORT: String(port), HOST: '0.0.0.0' },
        stdio: 'ignore',
      });
      expect((await once(child, 'exit'))[0]).toBe(exitCode);
      server.close();
    },
  );
});
