import { isFinal } from '../../platform/database/states.js';
import { formatQuantity } from '../../platform/logging/format-quantity.js';
import type { WaitingFacts, WaitingReason } from './waiting-facts.js';

/** Formats `1 image is`, `2 images are`. */
const formatImagesWithVerb = (count: number): string =>
  `${formatQuantity(count, 'image')} ${count === 1 ? 'is' : 'are'}`;
const endSentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);
const formatTime = (value: string | Date): string =>
  `${new Date(value).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
const appendReason = (text: string, reason: string): string =>
  reason === '' ? `${text}.` : `${text}: ${endSentence(reason)}`;

/**
 * Describes the reasons why a request is waiting, most important first. Each reason has one or two
 * sentences. The list is never empty, because waiting for a turn is also a reason.
 */
export function describeWaitingReasons(facts: WaitingFacts): WaitingReason[] {
  const { status } = facts.request;
  if (isFinal(status)) return [...createEndReasons(facts), ...createDeliveryReasons(facts)];
  const blockers = [
    ...createPauseReasons(facts),
    ...createServerReasons(facts),
    ...createOriginReasons(facts),
  ];
  const work = createWorkReasons(facts, blockers.length > 0);
  return [...blockers, ...work];
}

function createEndReasons({ request }: WaitingFacts): WaitingReason[] {
  const message = `The request has ended (${request.status}). It has no waiting images.`;
  return [{ code: 'ended', message }];
}

function createDeliveryReasons({ request: { delivery } }: WaitingFacts): WaitingReason[] {
  if (!delivery) return [];
  const { attempts, not_before, error_message } = delivery;
  const message =
    attempts === 0
      ? 'The webhook has not been sent yet.'
      : `The webhook has failed ${formatQuantity(attempts, 'time')}. The next attempt is at ${formatTime(not_before)}. ${endSentence(error_message ?? 'The receiver did not accept it')}`;
  return [{ code: 'webhook_pending', message }];
}

function createPauseReasons({ request, originPauses, images }: WaitingFacts): WaitingReason[] {
  const reasons: WaitingReason[] = [];
  const { owner, owner_pause: pause } = request;
  if (pause) {
    const text = `${pause.paused_by} paused the owner "${owner}" at ${formatTime(pause.paused_at)}`;
    reasons.push({ code: 'owner_paused', message: appendReason(text, pause.reason) });
  }
  for (const { name, reason, pausedBy } of originPauses) {
    const waitingCount = countImagesOnHost(images, name);
    if (waitingCount === 0) continue;
    const text = `${formatImagesWithVerb(waitingCount)} waiting because ${pausedBy} paused the origin ${name}`;
    reasons.push({ code: 'origin_paused', message: appendReason(text, reason) });
  }
  return reasons;
}

function createServerReasons({
  workers: processes,
  redisFault,
  request,
}: WaitingFacts): WaitingReason[] {
  const reasons: WaitingReason[] = [];
  const workers = processes.filter(({ role }) => role !== 'api');
  if (workers.length === 0) {
    const message = 'No process that compresses images is running. Start one.';
    reasons.push({ code: 'no_worker', message });
  }
  if (redisFault !== undefined) reasons.push({ code: 'redis_unavailable', message: redisFault });
  const pausedWorkers = workers.filter(({ storageError }) => storageError !== null);
  if (pausedWorkers.length > 0) {
    const names = [...new Set(pausedWorkers.map(({ hostname }) => hostname))]
      .slice(0, 5)
      .join(', ');
    const message = `Processing is paused on ${names}. ${endSentence(pausedWorkers[0].storageError!)}`;
    reasons.push({ code: 'storage_unavailable', message });
  }
  if (request.operation) {
    const message = `The operation "${request.operation}" is still changing the images of this request.`;
    reasons.push({ code: 'operation_running', message });
  }
  return reasons;
}

function createOriginReasons({ origins, images }: WaitingFacts): WaitingReason[] {
  const reasons: WaitingReason[] = [];
  for (const origin of origins) {
    const { host, breaker, reason, requests_per_minute: rate, paused_until: pausedUntil } = origin;
    const waitingCount = countImagesOnHost(images, host);
    if (waitingCount === 0) continue;
    const prefix = `${formatImagesWithVerb(waitingCount)} waiting for ${host}`;
    if (breaker !== 'closed') {
      const message = `${prefix}, which does not respond. ${endSentence(reason ?? '')}`;
      reasons.push({ code: 'origin_down', message: message.replace(/ \.$/, '') });
    } else if (pausedUntil !== null) {
      const message = `${prefix}, which receives no requests until ${formatTime(pausedUntil)}. ${endSentence(reason ?? '')}`;
      reasons.push({ code: 'origin_limited', message: message.replace(/ \.$/, '') });
    } else if (rate !== null) {
      const message = `${prefix}, which allows about ${formatQuantity(rate, 'request')} a minute.`;
      reasons.push({ code: 'origin_limited', message });
    }
  }
  const delayedRows = images.filter(({ state }) => state === 'delayed');
  if (delayedRows.length > 0) {
    const count = delayedRows.reduce((sum, row) => sum + row.images, 0);
    const latestStart = Math.max(...delayedRows.map(({ last_at }) => Number(last_at)));
    const message = `${formatImagesWithVerb(count)} waiting for another attempt, which starts by ${formatTime(new Date(latestStart))}.`;
    reasons.push({ code: 'retry_later', message });
  }
  return reasons;
}

function createWorkReasons(facts: WaitingFacts, isBlocked: boolean): WaitingReason[] {
  const { request, work, limits } = facts;
  const reasons: WaitingReason[] = [];
  const activeCount = request.in_progress + request.queued;
  if (activeCount > 0) {
    const message = `${formatImagesWithVerb(request.in_progress)} in progress, and ${formatQuantity(request.queued, 'image')} of this request ${request.queued === 1 ? 'is' : 'are'} next in the queue.`;
    reasons.push({ code: 'in_progress', message });
  }
  const otherImageCount = Number(work.other_images);
  if (otherImageCount > 0) {
    const owners = formatQuantity(work.other_owners, 'other owner');
    const message = `${formatQuantity(otherImageCount, 'image')} of ${owners} ${otherImageCount === 1 ? 'is' : 'are'} also unfinished. Owners are served in turn.`;
    reasons.push({ code: 'behind_others', message });
  }
  if (work.own_requests > 0) {
    const message = `The owner "${request.owner}" has ${formatQuantity(work.own_requests, 'other unfinished request')} with ${formatQuantity(Number(work.own_images), 'image')}. Requests are served in turn.`;
    reasons.push({ code: 'behind_own', message });
  }
  const unfinishedImageCount = Number(work.own_images) + request.open_images;
  const hasReachedQuota =
    work.own_requests + 1 >= limits.maxOpenRequests || unfinishedImageCount >= limits.maxOpenImages;
  if (hasReachedQuota) {
    const message = `The owner "${request.owner}" has reached its limit for unfinished work (MAX_OPEN_REQUESTS or MAX_OPEN_IMAGES). New uploads are rejected, but this request is not delayed.`;
    reasons.push({ code: 'quota_reached', message });
  }
  if (reasons.length > 0 || isBlocked) return reasons;
  const message = 'Nothing blocks the request. Its images are dispatched within seconds.';
  return [{ code: 'next_in_turn', message }];
}

const countImagesOnHost = (images: WaitingFacts['images'], host: string): number =>
  images.reduce((sum, row) => (row.host === host ? sum + row.images : sum), 0);
