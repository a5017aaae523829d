import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { StatusBody } from '../support/api-client.js';
import { query } from '../support/embedded-servers-fixture.js';
import { Scenario } from '../support/scenario.js';
import { storeRequest } from '../support/stored-request.js';

interface SentEvent {
  type: string;
  data: StatusBody;
}

/** A `text/event-stream` client that records the events that it receives. */
class Listener {
  readonly events: SentEvent[] = [];
  private readonly controller = new AbortController();
  headers = new Headers();
  /** Resolves when the server has closed the stream. */
  closed = Promise.resolve();

  static async connect(url: string): Promise<Listener> {
    const listener = new Listener();
    const response = await fetch(url, { signal: listener.controller.signal });
    if (!response.ok) throw new Error(`${url}: ${response.status}`);
    listener.headers = response.headers;
    listener.closed = listener.read(response);
    return listener;
  }

  async waitForEvent(predicate: (event: SentEvent) => boolean): Promise<SentEvent> {
    for (const deadline = Date.now() + 8000; Date.now() < deadline; await sleep(20)) {
      const event = this.events.find(predicate);
      if (event) return event;
    }
    throw new Error(`The event did not arrive: ${JSON.stringify(this.events)}`);
  }

  disconnect(): void {
    this.controller.abort();
  }

  private async read(response: Response): Promise<void> {
    let text = '';
    const decoder = new TextDecoder();
    try {
      for await (const chunk of response.body!) {
        text += decoder.decode(chunk, { stream: true });
        const blocks = text.split('\n\n');
        text = blocks.pop()!;
        for (const block of blocks) {
          const [, type, data] = /^event: (\w+)\ndata: (.+)$/.exec(block) ?? [];
          if (type) this.events.push({ type, data: JSON.parse(data) as StatusBody });
        }
      }
    } catch (error) {
      if (!this.controller.signal.aborted) throw error;
    }
  }
}

describe('GET /requests/:id/events', () => {
  // If a stream delayed the shutdown, the test would time out.
  const scenario = Scenario.forThisFile({ env: { SHUTDOWN_GRACE_SECONDS: '3600' } });
  const storeRequestWithStatus = (status: 'processing' | 'completed') =>
    storeRequest(scenario.database.url, {
      status,
      rows: [
        { cells: ['1', 'Lamp', ''], images: [{ url: 'https://shop.example/1.jpg' }] },
        {
          cells: ['2', 'Mug', ''],
          images: [
            {
              url: 'https://shop.example/2.jpg',
              status: status === 'completed' ? 'completed' : 'processing',
            },
          ],
        },
      ],
    });
  const listen = (id: string) => Listener.connect(`${scenario.app.url}/requests/${id}/events`);

  it('GET /requests/:id/events sends the current state, each change, and finally an end event', async () => {
    const id = await storeRequestWithStatus('processing');
    const listener = await listen(id);
    expect(listener.headers.get('content-type')).toMatch('text/event-stream');
    const first = await listener.waitForEvent(({ type }) => type === 'progress');
    expect(first.data).toMatchObject({ request_id: id, progress: { total: 2, completed: 1 } });

    await query(
      scenario.database.url,
      `UPDATE processing_requests SET images_failed = 1 WHERE id = '${id}'`,
    );
    await listener.waitForEvent(({ data }) => data.progress.failed === 1);
    await query(
      scenario.database.url,
      `UPDATE processing_requests SET status = 'completed', completed_at = now() WHERE id = '${id}'`,
    );
    const endEvent = await listener.waitForEvent(({ type }) => type === 'end');
    expect(endEvent.data).toMatchObject({ status: 'completed' });
    await listener.closed;
    expect(listener.events.map(({ type }) => type)).toEqual(['progress', 'progress', 'end']);
  });

  it('GET /requests/:id/events sends no event while nothing changes', async () => {
    const listener = await listen(await storeRequestWithStatus('processing'));
    await listener.waitForEvent(({ type }) => type === 'progress');
    await sleep(2200);
    expect(listener.events).toHaveLength(1);
    listener.disconnect();
  });

  it('GET /requests/:id/events ends immediately for a request that has ended', async () => {
    const listener = await listen(await storeRequestWithStatus('completed'));
    await listener.closed;
    expect(listener.events.map(({ type }) => type)).toEqual(['end']);
  });

  it('GET /requests/:id/events closes without an end event when the request is deleted', async () => {
    const id = await storeRequestWithStatus('processing');
    const listener = await listen(id);
    await listener.waitForEvent(({ type }) => type === 'progress');
    await query(scenario.database.url, `DELETE FROM processing_requests WHERE id = '${id}'`);
    await listener.closed;
    expect(listener.events.map(({ type }) => type)).toEqual(['progress']);
  });

  it('GET /requests/:id/events rejects unknown and malformed IDs', async () => {
    const unknownId = '019a0000-0000-7000-8000-00000000ffff';
    expect(await scenario.api.getJson(`/requests/${unknownId}/events`)).toMatchObject({
      status: 404,
    });
    expect(await scenario.api.getJson('/requests/abc/events')).toMatchObject({ status: 400 });
  });

  it('GET /requests/:id/events does not delay the shutdown of the app', async () => {
    const listener = await listen(await storeRequestWithStatus('processing'));
    await scenario.app.stop();
    await expect(listener.closed).resolves.toBeUndefined();
  });
});
