import { FairOrder } from './fair-order.js';

interface Entry<T> {
  item: T;
  tag: number;
  /** Order of arrival, which breaks ties between equal tags. */
  sequence: number;
}

/**
 * A queue that serves groups in the order of `FairOrder`. The items of one group keep their order of arrival.
 *
 * @example
 * const queue = new FairQueue<Task>();
 * queue.pushItem(task, task.requestId);
 * const next = queue.shiftItem();
 */
export class FairQueue<T> {
  private readonly order = new FairOrder();
  private readonly groups = new Map<string, Entry<T>[]>();
  private sequence = 0;
  private count = 0;

  /** Number of waiting items. */
  get length(): number {
    return this.count;
  }

  /** Adds an item at the end of its group. */
  pushItem(item: T, group: string): void {
    const tag = this.order.nextTag(group, group);
    this.getOrCreateEntries(group).push({ item, tag, sequence: this.sequence++ });
    this.count += 1;
  }

  /** Puts a removed item back at the front of the queue. */
  requeueItem(item: T, group: string): void {
    this.getOrCreateEntries(group).unshift({ item, tag: this.order.currentTag, sequence: -1 });
    this.count += 1;
  }

  /** Removes and returns the next item; returns undefined if the queue is empty. */
  shiftItem(): T | undefined {
    let nextGroup: string | undefined;
    let nextEntry: Entry<T> | undefined;
    for (const [group, [first]] of this.groups) {
      if (nextEntry && !isBefore(first, nextEntry)) continue;
      [nextGroup, nextEntry] = [group, first];
    }
    if (nextGroup === undefined || !nextEntry) return undefined;
    this.order.recordStart(nextEntry.tag);
    this.removeAt(nextGroup, 0);
    return nextEntry.item;
  }

  /** Removes and returns the first matching item; returns undefined if no item matches. */
  removeItem(matches: (item: T) => boolean): T | undefined {
    for (const [group, entries] of this.groups) {
      const index = entries.findIndex(({ item }) => matches(item));
      if (index >= 0) return this.removeAt(group, index);
    }
    return undefined;
  }

  /** Removes all items and returns them, group by group. */
  clearItems(): T[] {
    const items = [...this.groups.values()].flatMap((entries) => entries.map(({ item }) => item));
    this.groups.clear();
    this.count = 0;
    this.order.reset();
    return items;
  }

  private getOrCreateEntries(group: string): Entry<T>[] {
    const existingEntries = this.groups.get(group);
    if (existingEntries) return existingEntries;
    const entries: Entry<T>[] = [];
    this.groups.set(group, entries);
    return entries;
  }

  private removeAt(group: string, index: number): T {
    const entries = this.groups.get(group)!;
    const [{ item }] = entries.splice(index, 1);
    if (entries.length === 0) this.groups.delete(group);
    this.count -= 1;
    if (this.count === 0) this.order.reset();
    return item;
  }
}

const isBefore = <T>(a: Entry<T>, b: Entry<T>): boolean =>
  a.tag < b.tag || (a.tag === b.tag && a.sequence < b.sequence);
