import type { RunResult } from './run.js';

interface Promised {
  promise: string;
  /** Names of the faults that try it; also what `--only` takes. */
  faults: RegExp;
  figure: (this: void, tried: Tried) => string;
}

/** What came of all the faults that try one promise. */
interface Tried extends Pick<
  RunResult,
  'injected' | 'images' | 'lost' | 'doubled' | 'failed' | 'completions' | 'forbidden' | 'uploads'
> {
  slowestRecovery: number;
  slowestHealthMs: number;
  problems: number;
}

/** RELIABILITY: what is promised, and what the bench says of it. */
const PROMISES: Promised[] = [
  {
    promise: 'Accepted work is never lost: after a 202 every image reaches a final state',
    faults: /kill -9|FLUSHALL/,
    figure: ({ injected, images, lost, doubled }) =>
      `${injected} kills and flushes during ${images} images: ${lost} lost, ${doubled} rows or counts double`,
  },
  {
    promise: 'Counted once: counters equal `count(*)`, one completion, one delivery a request',
    faults: /pg_terminate/,
    figure: ({ injected, images, doubled, completions }) =>
      `${injected} connections ended during ${images} images: ${doubled} counted double, ${completions} requests completed and announced once each`,
  },
  {
    promise: 'Work goes on within 20 s of a `kill -9`',
    faults: /kill -9/,
    figure: ({ injected, slowestRecovery }) =>
      `${slowestRecovery.toFixed(1)} s at most, of ${injected} kills, the start of the app included`,
  },
  {
    promise: 'Uploads are accepted while Redis is away',
    faults: /Redis killed|maxmemory/,
    figure: ({ uploads }) => `${uploads.accepted} accepted, ${uploads.refused} refused`,
  },
  {
    promise: 'Uploads are refused with 503 while PostgreSQL is away, never a false 202',
    faults: /PostgreSQL stopped/,
    figure: ({ uploads, lost }) =>
      `${uploads.refused} refused with 503; of the ${uploads.accepted} accepted before and after, ${lost} images lost`,
  },
  {
    promise: 'A poison image is contained: its decoder dies, the app and the neighbors do not',
    faults: /decoder/,
    figure: ({ injected, images, failed, lost }) =>
      `${injected} decoders killed or stopped during ${images} images: the same app to the end, ${failed} images failed by name, ${lost} lost`,
  },
  {
    promise: 'No private address is ever dialled',
    faults: /./,
    figure: ({ uploads, forbidden }) =>
      `${forbidden} connections to the forbidden address that each of ${uploads.accepted} catalogs has`,
  },
  {
    promise: 'Webhooks arrive at least once, signed, with one id',
    faults: /receiver fails|webhook's POST/,
    figure: ({ injected, completions, doubled }) =>
      `${injected} tries that failed, ${completions} requests announced, ${doubled} with a second id`,
  },
  {
    promise: 'SIGTERM: exit 0 within 15 s, no try charged',
    faults: /^SIGTERM/,
    figure: ({ injected, lost }) =>
      `${injected} stops, each in time and with 0; ${lost} images lost`,
  },
  {
    promise: 'Two SIGTERMs within a second are one: exit 0, no lease left',
    faults: /^double SIGTERM/,
    figure: ({ injected, lost }) =>
      `${injected} stops with two signals, each with exit code 0; ${lost} images lost`,
  },
  {
    promise: 'A full disk pauses the work and fails none of it',
    faults: /disk/,
    figure: ({ images, failed, lost, slowestRecovery }) =>
      `${images} images: ${failed} failed, ${lost} lost; went on ${slowestRecovery.toFixed(1)} s after there was room`,
  },
  {
    promise: 'A cut download is recognized, also when a proxy hides the cut',
    faults: /cuts downloads/,
    figure: ({ injected, problems }) => `${injected - problems} of ${injected} cuts recognized`,
  },
  {
    promise: 'A changed Redis password neither ends the app nor gets into the log',
    faults: /password rotation/,
    figure: ({ injected, uploads, lost, slowestRecovery }) =>
      `${injected} changes: ${uploads.accepted} uploads accepted, ${lost} images lost; work resumed ${slowestRecovery.toFixed(1)} s after the old password was valid again`,
  },
  {
    promise: 'Work resumes after the network has swallowed encrypted connections to PostgreSQL',
    faults: /TLS blackhole/,
    figure: ({ slowestRecovery, lost }) =>
      `${slowestRecovery.toFixed(1)} s after packets pass again (DATABASE_TIMEOUT_SECONDS=2), ${lost} images lost`,
  },
  {
    promise: 'A migration that waits for a slow reader stops no other statement',
    faults: /DDL behind/,
    figure: ({ injected, slowestRecovery }) =>
      `${injected} waits: the next image was completed ${slowestRecovery.toFixed(1)} s later at most`,
  },
  {
    promise: '`/health/live` answers within 500 ms, whatever goes on',
    faults: /./,
    figure: ({ slowestHealthMs }) => `${Math.round(slowestHealthMs)} ms at most`,
  },
];

/** One row for each promise whose faults were tried. */
export function promises(results: RunResult[]): string[] {
  return PROMISES.flatMap(({ promise, faults, figure }) => {
    const of = results.filter(({ fault }) => faults.test(fault));
    if (of.length === 0) return [];
    const tried = together(of);
    const wrong = tried.problems > 0 ? `; went wrong: ${tried.problems}` : '';
    const only =
      faults.source === '.' ? '' : ` -- --only "${faults.source.replaceAll('|', '\\|')}"`;
    return [`| ${promise} | ${figure(tried)}${wrong} | \`npm run chaos${only}\` |`];
  });
}

function together(results: RunResult[]): Tried {
  const sum = (of: (result: RunResult) => number) =>
    results.reduce((total, result) => total + of(result), 0);
  const most = (of: (result: RunResult) => number) => Math.max(...results.map(of));
  return {
    injected: sum(({ injected }) => injected),
    images: sum(({ images }) => images),
    lost: sum(({ lost }) => lost),
    doubled: sum(({ doubled }) => doubled),
    failed: sum(({ failed }) => failed),
    completions: sum(({ completions }) => completions),
    forbidden: sum(({ forbidden }) => forbidden),
    uploads: {
      accepted: sum(({ uploads }) => uploads.accepted),
      refused: sum(({ uploads }) => uploads.refused),
      unanswered: sum(({ uploads }) => uploads.unanswered),
    },
    slowestRecovery: most(({ secondsToRecover }) => secondsToRecover ?? 0),
    slowestHealthMs: most(({ slowestHealthMs }) => slowestHealthMs),
    problems: sum(({ problems }) => problems.length),
  };
}
