import { expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { Scenario } from '../support/scenario.js';

const CALLS_PER_MINUTE = 10;

const scenario = Scenario.forThisFile({ env: { RATE_LIMIT_PER_MINUTE: String(CALLS_PER_MINUTE) } });

const findLogLines = (text: string) =>
  scenario.app.logText.split('\n').filter((line) => line.includes(text));

it('The log line of a call stays short even for a very long URL', async () => {
  await scenario.api.get(`/${'a.'.repeat(7000)}`);
  await scenario.api.get(`/requests?${'b.'.repeat(7000)}`);
  await eventually(() => findLogLines('b.b.').length > 0, {
    description: 'the second call to be logged',
  });
  const lines = [...findLogLines('a.a.'), ...findLogLines('b.b.')];
  expect(lines).toHaveLength(2);
  for (const line of lines) expect(line.length).toBeLessThan(1000);
});

it('Calls rejected by the rate limit share one log line', async () => {
  const statuses: number[] = [];
  for (let i = 0; i < 5 * CALLS_PER_MINUTE; i += 1)
    statuses.push((await scenario.api.get('/requests')).status);
  expect(statuses.filter((status) => status === 429).length).toBeGreaterThanOrEqual(
    4 * CALLS_PER_MINUTE,
  );
  // This call is outside the limit. It is logged after all the others.
  await scenario.api.get('/r/last');
  await eventually(() => findLogLines('/r/last').length > 0, {
    description: 'the last call to be logged',
  });
  expect(findLogLines('GET /requests 429')).toHaveLength(1);
});
