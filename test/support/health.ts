import { readFileSync } from 'node:fs';
import { get } from 'node:http';

/** Response of `/health/live`. `ms` excludes the time that the app and the test waited for a CPU core. */
export interface MeasuredHealth {
  status: number | undefined;
  ms: number;
}

/**
 * Measures the response time of `/health/live`, without the time that the app and the test waited for a CPU core.
 * Therefore, a blocked event loop affects the result, but a busy machine does not.
 */
export async function measureHealth({
  url,
  pid,
}: {
  url: string;
  pid: number;
}): Promise<MeasuredHealth> {
  const startedAt = performance.now();
  const [appWaitMs, testWaitMs] = [readCpuWaitMs(pid), readCpuWaitMs('thread-self')];
  const status = await fetchStatus(`${url}/health/live`);
  const waitedMs = readCpuWaitMs(pid) - appWaitMs + readCpuWaitMs('thread-self') - testWaitMs;
  return { status, ms: Math.max(0, performance.now() - startedAt - waitedMs) };
}

/** Returns how long the main thread has waited for a CPU core, in milliseconds. Returns 0 if the system is not Linux. */
function readCpuWaitMs(task: number | 'thread-self'): number {
  try {
    return Number(readFileSync(`/proc/${task}/schedstat`, 'latin1').split(' ')[1]) / 1e6;
  } catch {
    return 0;
  }
}

/** Uses a new connection, because the server may close an idle connection while it is being reused. */
function fetchStatus(url: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    get(url, { agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).on('error', reject);
  });
}
