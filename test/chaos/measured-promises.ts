import type { RunResult } from './run-result.js';

interface MeasuredPromise {
  promise: string;
  /** Matches the names of the faults that test it. Also the value of `--only`. */
  faults: RegExp;
  formatResult: (this: void, totals: Totals) => string;
}

/** Totals of all faults that test one promise. */
interface Totals extends Pick<
  RunResult,
  | 'injected'
  | 'images'
  | 'lost'
  | 'doubled'
  | 'failed'
  | 'completions'
  | 'forbiddenConnections'
  | 'uploads'
> {
  slowestRecovery: number;
  slowestHealthMs: number;
  problems: number;
}

/** The promises of docs/reliability.md, each with its measurement. */
const PROMISES: MeasuredPromise[] = [
  {
    promise: 'Accepted work is never lost: after a 202 every image reaches a final state',
    faults: /kill -9|FLUSHALL/,
    formatResult: ({ injected, images, lost, doubled }) =>
      `${injected} kills and flushes during ${images} images: ${lost} lost, ${doubled} counted twice`,
  },
  {
    promise:
      'Each outcome counts once: counters equal `count(*)`, one completion and one delivery per request',
    faults: /pg_terminate/,
    formatResult: ({ injected, images, doubled, completions }) =>
      `${injected} connections ended during ${images} images: ${doubled} counted twice, ${completions} requests completed with one webhook each`,
  },
  {
    promise: 'Processing resumes within 20 s after a `kill -9`',
    faults: /kill -9/,
    formatResult: ({ injected, slowestRecovery }) =>
      `at most ${slowestRecovery.toFixed(1)} s after ${injected} kills, including the start of the app`,
  },
  {
    promise: 'Uploads are accepted while Redis is unavailable',
    faults: /Redis killed|maxmemory/,
    formatResult: ({ uploads }) => `${uploads.accepted} accepted, ${uploads.rejected} rejected`,
  },
  {
    promise:
      'Uploads are rejected with 503 while PostgreSQL is unavailable, never accepted falsely',
    faults: /PostgreSQL stopped/,
    formatResult: ({ uploads, lost }) =>
      `${uploads.rejected} rejected with 503; ${uploads.accepted} accepted before and after, ${lost} images lost`,
  },
  {
    promise: 'An image that crashes its decoder affects neither the app nor other images',
    faults: /decoder/,
    formatResult: ({ injected, images, failed, lost }) =>
      `${injected} decoders killed or stopped during ${images} images: the app kept running, ${failed} images failed with the code of the crash, ${lost} lost`,
  },
  {
    promise: 'Private addresses are never contacted',
    faults: /./,
    formatResult: ({ uploads, forbiddenConnections }) =>
      `${forbiddenConnections} connections to the private address that each of ${uploads.accepted} catalogs contains`,
  },
  {
    promise: 'Webhooks arrive at least once, signed, with one ID',
    faults: /receiver fails|webhook's POST/,
    formatResult: ({ injected, completions, doubled }) =>
      `${injected} failed attempts, ${completions} requests announced, ${doubled} with a second ID`,
  },
  {
    promise: 'SIGTERM: exit code 0 within 15 s, no attempt counted',
    faults: /^SIGTERM/,
    formatResult: ({ injected, lost }) =>
      `${injected} stops, each in time and with exit code 0; ${lost} images lost`,
  },
  {
    promise: 'Two SIGTERMs within one second count as one: exit code 0, no lease left',
    faults: /^double SIGTERM/,
    formatResult: ({ injected, lost }) =>
      `${injected} stops with two signals, each with exit code 0; ${lost} images lost`,
  },
  {
    promise: 'A full disk pauses processing, and no image fails',
    faults: /disk/,
    formatResult: ({ images, failed, lost, slowestRecovery }) =>
      `${images} images: ${failed} failed, ${lost} lost; resumed ${slowestRecovery.toFixed(1)} s after space was available`,
  },
  {
    promise: 'Clients can recognize a truncated download, even if a proxy hides the truncation',
    faults: /cuts downloads/,
    formatResult: ({ injected, problems }) =>
      `${injected - problems} of ${injected} truncated downloads recognized`,
  },
  {
    promise: 'A changed Redis password neither stops the app nor appears in the log',
    faults: /password rotation/,
    formatResult: ({ injected, uploads, lost, slowestRecovery }) =>
      `${injected} changes: ${uploads.accepted} uploads accepted, ${lost} images lost; processing resumed ${slowestRecovery.toFixed(1)} s after the old password was valid again`,
  },
  {
    promise: 'Processing resumes after the network dropped encrypted packets to PostgreSQL',
    faults: /TLS blackhole/,
    formatResult: ({ slowestRecovery, lost }) =>
      `${slowestRecovery.toFixed(1)} s after packets pass again (DATABASE_TIMEOUT_SECONDS=2), ${lost} images lost`,
  },
  {
    promise: 'A migration that waits for a slow reader blocks no other statement',
    faults: /DDL behind/,
    formatResult: ({ injected, slowestRecovery }) =>
      `${injected} waits: the next image was completed at most ${slowestRecovery.toFixed(1)} s later`,
  },
  {
    promise: '`/health/live` responds within 500 ms during every fault',
    faults: /./,
    formatResult: ({ slowestHealthMs }) => `at most ${Math.round(slowestHealthMs)} ms`,
  },
];

/** Returns one list item for each promise whose faults were injected. */
export function formatMeasuredPromises(results: RunResult[]): string[] {
  return PROMISES.flatMap(({ promise, faults, formatResult }) => {
    const matches = results.filter(({ fault }) => faults.test(fault));
    if (matches.length === 0) return [];
    const totals = sumResults(matches);
    const suffix = totals.problems > 0 ? `; problems: ${totals.problems}` : '';
    const only = faults.source === '.' ? '' : ` -- --only "${faults.source}"`;
    return [`- **${promise}**:\n  ${formatResult(totals)}${suffix}\n  (\`npm run chaos${only}\`).`];
  });
}

function sumResults(results: RunResult[]): Totals {
  const sum = (getValue: (result: RunResult) => number) =>
    results.reduce((total, result) => total + getValue(result), 0);
  const max = (getValue: (result: RunResult) => number) => Math.max(...results.map(getValue));
  return {
    injected: sum(({ injected }) => injected),
    images: sum(({ images }) => images),
    lost: sum(({ lost }) => lost),
    doubled: sum(({ doubled }) => doubled),
    failed: sum(({ failed }) => failed),
    completions: sum(({ completions }) => completions),
    forbiddenConnections: sum(({ forbiddenConnections }) => forbiddenConnections),
    uploads: {
      accepted: sum(({ uploads }) => uploads.accepted),
      rejected: sum(({ uploads }) => uploads.rejected),
      withoutResponse: sum(({ uploads }) => uploads.withoutResponse),
    },
    slowestRecovery: max(({ secondsToRecover }) => secondsToRecover ?? 0),
    slowestHealthMs: max(({ slowestHealthMs }) => slowestHealthMs),
    problems: sum(({ problems }) => problems.length),
  };
}
