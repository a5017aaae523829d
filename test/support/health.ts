import { readFileSync } from 'node:fs';
import { get } from 'node:http';

/** Response time of `/health/live`, without the time for which app and test waited for a core. */
export interface MeasuredHealth {
  status: number | undefined;
  ms: number;
}

/**
 * Calls `/health/live` and subtracts the time for which the app and the test waited for a core. So the
 * result shows a blocked event loop, but not a busy machine.
 */
export async function measureHealth({
  url,
  pid,
}: {
  url: string;
  pid: number;
}): Promise<MeasuredHealth> {
  const [began, app, own] = [performance.now(), cpuWaitOf(pid), cpuWaitOf('thread-self')];
  const status = await statusOf(`${url}/health/live`);
  const waited = cpuWaitOf(pid) - app + cpuWaitOf('thread-self') - own;
  return { status, ms: Math.max(0, performance.now() - began - waited) };
}

/** Returns the milliseconds for which the main thread waited for a core; 0 on other systems than Linux. */
function cpuWaitOf(task: number | 'thread-self'): number {
  try {
    return Number(readFileSync(`/proc/${task}/schedstat`, 'latin1').split(' ')[1]) / 1e6;
  } catch {
    return 0;
  }
}

/** Uses a new connection, because the server may close an idle one when it is reused. */
function statusOf(url: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    get(url, { agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).on('error', reject);
  });
}
