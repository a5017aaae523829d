import { describe, expect, it } from 'vitest';
import { collectFindings } from './collect-findings.js';
import { ok } from './finding.js';

const FIRST_FINDING = ok('group.first', 'It works.');

describe('collectFindings()', () => {
  it('collectFindings() keeps earlier findings if a later check never finishes', async () => {
    const findings = await collectFindings(
      {
        name: 'group',
        async *runChecks() {
          yield FIRST_FINDING;
          await new Promise(() => undefined);
        },
      },
      20,
    );
    expect(findings).toEqual([
      FIRST_FINDING,
      expect.objectContaining({ status: 'error', check: 'group.answer' }),
    ]);
  });

  it('collectFindings() reports a check that throws and keeps earlier findings', async () => {
    const findings = await collectFindings({
      name: 'group',
      async *runChecks() {
        yield FIRST_FINDING;
        throw new AggregateError([new Error('refused by ::1'), new Error('refused by 127.0.0.1')]);
      },
    });
    expect(findings[0]).toBe(FIRST_FINDING);
    expect(findings[1]).toMatchObject({
      status: 'error',
      message: 'The check failed: refused by ::1; refused by 127.0.0.1.',
    });
  });
});
