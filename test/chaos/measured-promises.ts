import type { RunResult } from './run-result.js';

interface MeasuredPromise {
  promise: string;
  /** Matches the names of the faults that test the promise. Also the value of `--only`. */
  faultPattern: RegExp;
  formatResult: (this: void, totals: Totals) => string;
}

/** Totals of all faults that test one promise. */
interface Totals extends Pick<
  RunResult,
  | 'injectionCount'
  | 'imageCount'
  | 'lostCount'
  | 'countedTwiceCount'
  | 'failedCount'
  | 'completionCount'
  | 'forbiddenConnectionCount'
  | 'uploadCounts'
> {
  slowestRecoverySeconds: number;
  slowestHealthMs: number;
  problemCount: number;
}

/** The promises of docs/reliability.md, each with its measurement. */
const PROMISES: MeasuredPromise[] = [
  {
    promise: 'Accepted work is never lost: after a 202, every image reaches a final state',
    faultPattern: /kill -9|FLUSHALL/,
    formatResult: ({ injectionCount, imageCount, lostCount, countedTwiceCount }) =>
      `${injectionCount} kills and flushes during ${imageCount} images: ${lostCount} lost, ${countedTwiceCount} counted twice`,
  },
  {
    promise:
      'Each outcome counts once: counters equal `count(*)`, one completion and one delivery per request',
    faultPattern: /pg_terminate/,
    formatResult: ({ injectionCount, imageCount, countedTwiceCount, completionCount }) =>
      `${injectionCount} connections ended during ${imageCount} images: ${countedTwiceCount} counted twice, ${completionCount} requests completed with one webhook each`,
  },
  {
    promise: 'Processing resumes within 20 s after a `kill -9`',
    faultPattern: /kill -9/,
    formatResult: ({ injectionCount, slowestRecoverySeconds }) =>
      `at most ${slowestRecoverySeconds.toFixed(1)} s after ${injectionCount} kills, including the start of the app`,
  },
  {
    promise: 'Uploads are accepted while Redis is unavailable',
    faultPattern: /Redis killed|maxmemory/,
    formatResult: ({ uploadCounts }) =>
      `${uploadCounts.accepted} accepted, ${uploadCounts.rejected} rejected`,
  },
  {
    promise:
      'Uploads are rejected with 503 while PostgreSQL is unavailable, and never accepted by mistake',
    faultPattern: /PostgreSQL stopped/,
    formatResult: ({ uploadCounts, lostCount }) =>
      `${uploadCounts.rejected} rejected with 503; ${uploadCounts.accepted} accepted before and after, ${lostCount} images lost`,
  },
  {
    promise: 'An image that crashes its decoder affects neither the app nor other images',
    faultPattern: /decoder/,
    formatResult: ({ injectionCount, imageCount, failedCount, lostCount }) =>
      `${injectionCount} decoders killed or stopped during ${imageCount} images: the app kept running, ${failedCount} images failed with the code of the crash, ${lostCount} lost`,
  },
  {
    promise: 'Private addresses are never contacted',
    faultPattern: /./,
    formatResult: ({ uploadCounts, forbiddenConnectionCount }) =>
      `${forbiddenConnectionCount} connections to the private address that each of ${uploadCounts.accepted} catalogs contains`,
  },
  {
    promise: 'Webhooks arrive at least once, signed, with one ID',
    faultPattern: /receiver fails|webhook's POST/,
    formatResult: ({ injectionCount, completionCount, countedTwiceCount }) =>
      `${injectionCount} failed attempts, ${completionCount} requests announced, ${countedTwiceCount} with a second ID`,
  },
  {
    promise: 'SIGTERM: exit code 0 within 15 s, no attempt counted',
    faultPattern: /^SIGTERM/,
    formatResult: ({ injectionCount, lostCount }) =>
      `${injectionCount} stops, each in time and with exit code 0; ${lostCount} images lost`,
  },
  {
    promise: 'Two SIGTERMs within one second count as one: exit code 0, no lease left',
    faultPattern: /^double SIGTERM/,
    formatResult: ({ injectionCount, lostCount }) =>
      `${injectionCount} stops with two signals, each with exit code 0; ${lostCount} images lost`,
  },
  {
    promise: 'A full disk pauses processing, and no image fails',
    faultPattern: /disk/,
    formatResult: ({ imageCount, failedCount, lostCount, slowestRecoverySeconds }) =>
      `${imageCount} images: ${failedCount} failed, ${lostCount} lost; resumed ${slowestRecoverySeconds.toFixed(1)} s after space was available`,
  },
  {
    promise: 'Clients can recognize a truncated download, even if a proxy hides the truncation',
    faultPattern: /cuts downloads/,
    formatResult: ({ injectionCount, problemCount }) =>
      `${injectionCount - problemCount} of ${injectionCount} truncated downloads recognized`,
  },
  {
    promise: 'A changed Redis password neither stops the app nor appears in the log',
    faultPattern: /password rotation/,
    formatResult: ({ injectionCount, uploadCounts, lostCount, slowestRecoverySeconds }) =>
      `${injectionCount} changes: ${uploadCounts.accepted} uploads accepted, ${lostCount} images lost; processing resumed ${slowestRecoverySeconds.toFixed(1)} s after the old password was valid again`,
  },
  {
    promise: 'Processing resumes after the network dropped encrypted packets to PostgreSQL',
    faultPattern: /TLS blackhole/,
    formatResult: ({ slowestRecoverySeconds, lostCount }) =>
      `${slowestRecoverySeconds.toFixed(1)} s after packets pass again (DATABASE_TIMEOUT_SECONDS=2), ${lostCount} images lost`,
  },
  {
    promise: 'A migration that waits for a slow reader does not block other statements',
    faultPattern: /DDL behind/,
    formatResult: ({ injectionCount, slowestRecoverySeconds }) =>
      `${injectionCount} waits: the next image was completed at most ${slowestRecoverySeconds.toFixed(1)} s later`,
  },
  {
    promise: '`/health/live` responds within 500 ms during every fault',
    faultPattern: /./,
    formatResult: ({ slowestHealthMs }) => `at most ${Math.round(slowestHealthMs)} ms`,
  },
];

/** Returns one list item for each promise whose faults were injected. */
export function formatMeasuredPromises(results: RunResult[]): string[] {
  return PROMISES.flatMap(({ promise, faultPattern, formatResult }) => {
    const matches = results.filter(({ fault }) => faultPattern.test(fault));
    if (matches.length === 0) return [];
    const totals = sumResults(matches);
    const suffix = totals.problemCount > 0 ? `; problems: ${totals.problemCount}` : '';
    const onlyOption = faultPattern.source === '.' ? '' : ` -- --only "${faultPattern.source}"`;
    return [
      `- **${promise}**:\n  ${formatResult(totals)}${suffix}\n  (\`npm run chaos${onlyOption}\`).`,
    ];
  });
}

function sumResults(results: RunResult[]): Totals {
  const sum = (getValue: (result: RunResult) => number) =>
    results.reduce((total, result) => total + getValue(result), 0);
  const max = (getValue: (result: RunResult) => number) => Math.max(...results.map(getValue));
  return {
    injectionCount: sum(({ injectionCount }) => injectionCount),
    imageCount: sum(({ imageCount }) => imageCount),
    lostCount: sum(({ lostCount }) => lostCount),
    countedTwiceCount: sum(({ countedTwiceCount }) => countedTwiceCount),
    failedCount: sum(({ failedCount }) => failedCount),
    completionCount: sum(({ completionCount }) => completionCount),
    forbiddenConnectionCount: sum(({ forbiddenConnectionCount }) => forbiddenConnectionCount),
    uploadCounts: {
      accepted: sum(({ uploadCounts }) => uploadCounts.accepted),
      rejected: sum(({ uploadCounts }) => uploadCounts.rejected),
      withoutResponse: sum(({ uploadCounts }) => uploadCounts.withoutResponse),
    },
    slowestRecoverySeconds: max(({ secondsToRecover }) => secondsToRecover ?? 0),
    slowestHealthMs: max(({ slowestHealthMs }) => slowestHealthMs),
    problemCount: sum(({ problems }) => problems.length),
  };
}
