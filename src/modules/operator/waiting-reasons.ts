import { isFinal } from '../../platform/database/states.js';
import { formatQuantity } from '../../platform/logging/format-quantity.js';
import type { WaitingFacts, WaitingReason } from './waiting-facts.js';

/** `1 image waits`, `2 images wait`. */
const countWaiting = (images: number, verb: [one: string, many: string]): string =>
  `${formatQuantity(images, 'image')} ${images === 1 ? verb[0] : verb[1]}`;
const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);
const formatTime = (value: string | Date): string =>
  `${new Date(value).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
const withReason = (text: string, reason: string): string =>
  reason === '' ? `${text}.` : `${text}: ${sentence(reason)}`;

/**
 * Returns the reasons why a request waits, the most important first. Each is one or two sentences.
 * The list is never empty: a request that only waits for its turn has a reason, too.
 */
export function waitingReasons(facts: WaitingFacts): WaitingReason[] {
  const { status } = facts.request;
  if (isFinal(status)) return [...endReason(facts), ...deliveryReasons(facts)];
  const blockers = [...pauseReasons(facts), ...serverReasons(facts), ...originReasons(facts)];
  const work = workReasons(facts, blockers.length > 0);
  return [...blockers, ...work];
}

function endReason({ request }: WaitingFacts): WaitingReason[] {
  const message = `The request has ended (${request.status}). It has no waiting images.`;
  return [{ code: 'ended', message }];
}

function deliveryReasons({ request: { delivery } }: WaitingFacts): WaitingReason[] {
  if (!delivery) return [];
  const { attempts, not_before, error_message } = delivery;
  const message =
    attempts === 0
      ? 'Its webhook has not been sent yet.'
      : `Its webhook has failed ${formatQuantity(attempts, 'time')}; the next attempt is at ${formatTime(not_before)}. ${sentence(error_message ?? 'The receiver did not accept it')}`;
  return [{ code: 'webhook_pending', message }];
}

function pauseReasons({ request, originPauses, images }: WaitingFacts): WaitingReason[] {
  const reasons: WaitingReason[] = [];
  const { owner, owner_pause: pause } = request;
  if (pause) {
    const text = `${pause.paused_by} paused the owner "${owner}" at ${formatTime(pause.paused_at)}`;
    reasons.push({ code: 'owner_paused', message: withReason(text, pause.reason) });
  }
  for (const { name, reason, pausedBy } of originPauses) {
    const waiting = imagesOn(images, name);
    if (waiting === 0) continue;
    const text = `${countWaiting(waiting, ['waits', 'wait'])} because ${pausedBy} paused the origin ${name}`;
    reasons.push({ code: 'origin_paused', message: withReason(text, reason) });
  }
  return reasons;
}

function serverReasons({ workers: processes, redisFault, request }: WaitingFacts): WaitingReason[] {
  const reasons: WaitingReason[] = [];
  const workers = processes.filter(({ role }) => role !== 'api');
  if (workers.length === 0) {
    const message = 'No process that compresses images is running. Start one.';
    reasons.push({ code: 'no_worker', message });
  }
  if (redisFault !== undefined) reasons.push({ code: 'redis_unavailable', message: redisFault });
  const failing = workers.filter(({ storageError }) => storageError !== null);
  if (failing.length > 0) {
    const names = [...new Set(failing.map(({ hostname }) => hostname))].slice(0, 5).join(', ');
    const message = `Processing is paused on ${names}. ${sentence(failing[0].storageError!)}`;
    reasons.push({ code: 'storage_unavailable', message });
  }
  if (request.operation) {
    const message = `The operation "${request.operation}" still changes its images.`;
    reasons.push({ code: 'operation_running', message });
  }
  return reasons;
}

function originReasons({ origins, images }: WaitingFacts): WaitingReason[] {
  const reasons: WaitingReason[] = [];
  for (const origin of origins) {
    const { host, breaker, reason, requests_per_minute: rate, paused_until: until } = origin;
    const waiting = imagesOn(images, host);
    if (waiting === 0) continue;
    const who = countWaiting(waiting, ['waits', 'wait']);
    if (breaker !== 'closed') {
      const message = `${who} for ${host}, which does not respond. ${sentence(reason ?? '')}`;
      reasons.push({ code: 'origin_down', message: message.replace(/ \.$/, '') });
    } else if (until !== null) {
      const message = `${who} for ${host}, which gets no requests until ${formatTime(until)}. ${sentence(reason ?? '')}`;
      reasons.push({ code: 'origin_limited', message: message.replace(/ \.$/, '') });
    } else if (rate !== null) {
      const message = `${who} for ${host}, which allows about ${formatQuantity(rate, 'request')} a minute.`;
      reasons.push({ code: 'origin_limited', message });
    }
  }
  const delayed = images.filter(({ state }) => state === 'delayed');
  if (delayed.length > 0) {
    const count = delayed.reduce((sum, row) => sum + row.images, 0);
    const last = Math.max(...delayed.map(({ last_at }) => Number(last_at)));
    const message = `${countWaiting(count, ['waits', 'wait'])} for another attempt, at the latest at ${formatTime(new Date(last))}.`;
    reasons.push({ code: 'retry_later', message });
  }
  return reasons;
}

function workReasons(facts: WaitingFacts, isBlocked: boolean): WaitingReason[] {
  const { request, work, limits } = facts;
  const reasons: WaitingReason[] = [];
  const active = request.in_progress + request.queued;
  if (active > 0) {
    const message = `${countWaiting(request.in_progress, ['is', 'are'])} in progress, and ${formatQuantity(request.queued, 'image')} of this request ${request.queued === 1 ? 'is' : 'are'} next in the queue.`;
    reasons.push({ code: 'in_progress', message });
  }
  const others = Number(work.other_images);
  if (others > 0) {
    const owners = formatQuantity(work.other_owners, 'other owner');
    const message = `${formatQuantity(others, 'image')} of ${owners} ${others === 1 ? 'is' : 'are'} open as well. Owners are served in turn.`;
    reasons.push({ code: 'behind_others', message });
  }
  if (work.own_requests > 0) {
    const message = `The owner "${request.owner}" has ${formatQuantity(work.own_requests, 'other open request')} with ${formatQuantity(Number(work.own_images), 'image')}. They are served in turn.`;
    reasons.push({ code: 'behind_own', message });
  }
  const open = Number(work.own_images) + request.open_images;
  const isFull = work.own_requests + 1 >= limits.maxOpenRequests || open >= limits.maxOpenImages;
  if (isFull) {
    const message = `The owner "${request.owner}" has reached its limit of open work (MAX_OPEN_REQUESTS or MAX_OPEN_IMAGES). This rejects its uploads and does not delay this request.`;
    reasons.push({ code: 'quota_reached', message });
  }
  if (reasons.length > 0 || isBlocked) return reasons;
  const message = 'Nothing blocks it. Its images are dispatched within seconds.';
  return [{ code: 'next_in_turn', message }];
}

const imagesOn = (images: WaitingFacts['images'], host: string): number =>
  images.reduce((sum, row) => (row.host === host ? sum + row.images : sum), 0);
