import type { RunResult } from './run-result.js';

interface MeasuredPromise {
  promise: string;
  /** Matches the names of the faults that test the promise. Also the value of `--only`. */
  faults: RegExp;
  formatResult: (this: void, totals: Totals) => string;
}

/** Totals of all faults that test one promise. */
interface Totals extends Pick<
  RunResult,
  | 'injectionCount'
  | 'imageCount'
  | 'lost'
  | 'countedTwice'
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
    promise: 'Accepted work is never lost: after a 202, every image reaches a final state',
    faults: /kill -9|FLUSHALL/,
    formatResult: ({ injectionCount, imageCount, lost, countedTwice }) =>
      `${injectionCount} kills and flushes during ${imageCount} images: ${lost} lost, ${countedTwice} counted twice`,
  },
  {
    promise:
      'Each outcome counts once: counters equal `count(*)`, one completion and one delivery per request',
    faults: /pg_terminate/,
    formatResult: ({ injectionCount, imageCount, countedTwice, completions }) =>
      `${injectionCount} connections ended during ${imageCount} images: ${countedTwice} counted twice, ${completions} requests completed with one webhook each`,
  },
  {
    promise: 'Processing resumes within 20 s after a `kill -9`',
    faults: /kill -9/,
    formatResult: ({ injectionCount, slowestRecovery }) =>
      `at most ${slowestRecovery.toFixed(1)} s after ${injectionCount} kills, including the start of the app`,
  },
  {
    promise: 'Uploads are accepted while Redis is unavailable',
    faults: /Redis killed|maxmemory/,
    formatResult: ({ uploads }) => `${uploads.accepted} accepted, ${uploads.rejected} rejected`,
  },
  {
    promise:
      'Uploads are rejected with 503 while PostgreSQL is unavailable, and never accepted by mistake',
    faults: /PostgreSQL stopped/,
    formatResult: ({ uploads, lost }) =>
      `${uploads.rejected} rejected with 503; ${uploads.accepted} accepted before and after, ${lost} images lost`,
  },
  {
    promise: 'An image that crashes its decoder affects neither the app nor other images',
    faults: /decoder/,
    formatResult: ({ injectionCount, imageCount, failed, lost }) =>
      `${injectionCount} decoders killed or stopped during ${imageCount} images: the app kept running, ${failed} images failed with the code of the crash, ${lost} lost`,
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
    formatResult: ({ injectionCount, completions, countedTwice }) =>
      `${injectionCount} failed attempts, ${completions} requests announced, ${countedTwice} with a second ID`,
  },
  {
    promise: 'SIGTERM: exit code 0 within 15 s, no attempt counted',
    faults: /^SIGTERM/,
    formatResult: ({ injectionCount, lost }) =>
      `${injectionCount} stops, each in time and with exit code 0; ${lost} images lost`,
  },
  {
    promise: 'Two SIGTERMs within one second count as one: exit code 0, no lease left',
    faults: /^double SIGTERM/,
    formatResult: ({ injectionCount, lost }) =>
      `${injectionCount} stops with two signals, each with exit code 0; ${lost} images lost`,
  },
  {
    promise: 'A full disk pauses processing, and no image fails',
    faults: /disk/,
    formatResult: ({ imageCount, failed, lost, slowestRecovery }) =>
      `${imageCount} images: ${failed} failed, ${lost} lost; resumed ${slowestRecovery.toFixed(1)} s after space was available`,
  },
  {
    promise: 'Clients can recognize a truncated download, even if a proxy hides the truncation',
    faults: /cuts downloads/,
    formatResult: ({ injectionCount, problems }) =>
      `${injectionCount - problems} of ${injectionCount} truncated downloads recognized`,
  },
  {
    promise: 'A changed Redis password neither stops the app nor appears in the log',
    faults: /password rotation/,
    formatResult: ({ injectionCount, uploads, lost, slowestRecovery }) =>
      `${injectionCount} changes: ${uploads.accepted} uploads accepted, ${lost} images lost; processing resumed ${slowestRecovery.toFixed(1)} s after the old password was valid again`,
  },
  {
    promise: 'Processing resumes after the network dropped encrypted packets to PostgreSQL',
    faults: /TLS blackhole/,
    formatResult: ({ slowestRecovery, lost }) =>
      `${slowestRecovery.toFixed(1)} s after packets pass again (DATABASE_TIMEOUT_SECONDS=2), ${lost} images lost`,
  },
  {
    promise: 'A migration that waits for a slow reader does not block other statements',
    faults: /DDL behind/,
    formatResult: ({ injectionCount, slowestRecovery }) =>
      `${injectionCount} waits: the next image was completed at most ${slowestRecovery.toFixed(1)} s later`,
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
    injectionCount: sum(({ injectionCount }) => injectionCount),
    imageCount: sum(({ imageCount }) => imageCount),
    lost: sum(({ lost }) => lost),
    countedTwice: sum(({ countedTwice }) => countedTwice),
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
