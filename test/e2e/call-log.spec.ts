import { expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { Scenario } from '../support/scenario.js';

const LIMIT = 10;

const scenario = Scenario.forThisFile({ env: { RATE_LIMIT_PER_MINUTE: String(LIMIT) } });

const linesOf = (text: string) =>
  scenario.app.logText.split('\n').filter((line) => line.includes(text));

it('The log line of a call is short for a URL of any length', async () => {
  await scenario.api.get(`/${'a.'.repeat(7000)}`);
  await scenario.api.get(`/requests?${'b.'.repeat(7000)}`);
  await eventually(() => linesOf('b.b.').length > 0, {
    description: 'the second call to be logged',
  });
  const lines = [...linesOf('a.a.'), ...linesOf('b.b.')];
  expect(lines).toHaveLength(2);
  for (const line of lines) expect(line.length).toBeLessThan(1000);
});

it('Calls rejected by the rate limit share one log line', async () => {
  const statuses: number[] = [];
  for (let i = 0; i < 5 * LIMIT; i += 1)
    statuses.push((await scenario.api.get('/requests')).status);
  expect(statuses.filter((status) => status === 429).length).toBeGreaterThanOrEqual(4 * LIMIT);
  // A call outside the limit, logged after all of them.
  await scenario.api.get('/r/last');
  await eventually(() => linesOf('/r/last').length > 0, {
    description: 'the last call to be logged',
  });
  expect(linesOf('GET /requests 429')).toHaveLength(1);
});
