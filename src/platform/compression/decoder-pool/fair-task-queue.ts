import type { PendingTask } from './decoder-process.js';

/** So many tasks a group that was not in line is ahead of those that were. */
const BEGINNING = 16;
/** One of the others after so many of these. */
const BEGINNING_SHARE = 4;

interface Line {
  tasks: PendingTask[];
  /** Tasks left of its beginning. */
  beginning: number;
}

/**
 * Tasks that wait, served in turn between their groups: one of each, then again, first in, first out
 * within a group. A group that has just come goes ahead with its first tasks, four to one of the others
 * (as RFC 8290 has new flows go ahead): a small one does not wait for all that a large one has in line.
 */
export class FairTaskQueue {
  /** Insertion order is the order of turns. */
  private readonly newGroups = new Map<string, Line>();
  /** A served group goes to the end. */
  private readonly activeGroups = new Map<string, Line>();
  private beginningInARow = 0;
  private count = 0;

  get length(): number {
    return this.count;
  }

  push(task: PendingTask): void {
    this.lineOf(task.group).push(task);
    this.count += 1;
  }

  /** Back to the front, before everything else of its group. */
  requeue(task: PendingTask): void {
    this.lineOf(task.group).unshift(task);
    this.count += 1;
  }

  shift(): PendingTask | undefined {
    const isTheirs =
      this.newGroups.size > 0 &&
      (this.beginningInARow < BEGINNING_SHARE || this.activeGroups.size === 0);
    const lines = isTheirs ? this.newGroups : this.activeGroups;
    this.beginningInARow = isTheirs ? this.beginningInARow + 1 : 0;
    for (const [group, line] of lines) {
      const task = line.tasks.shift();
      this.count -= 1;
      if (isTheirs && --line.beginning > 0 && line.tasks.length > 0) return task;
      lines.delete(group);
      if (line.tasks.length > 0) this.activeGroups.set(group, line);
      return task;
    }
    return undefined;
  }

  /** Takes out the first that fits. */
  remove(fits: (task: PendingTask) => boolean): PendingTask | undefined {
    for (const lines of [this.newGroups, this.activeGroups]) {
      for (const [group, { tasks }] of lines) {
        const index = tasks.findIndex(fits);
        if (index < 0) continue;
        const [removed] = tasks.splice(index, 1);
        if (tasks.length === 0) lines.delete(group);
        this.count -= 1;
        return removed;
      }
    }
    return undefined;
  }

  /** Takes out all. */
  clear(): PendingTask[] {
    const all = [...this.newGroups.values(), ...this.activeGroups.values()];
    this.newGroups.clear();
    this.activeGroups.clear();
    this.count = 0;
    return all.flatMap(({ tasks }) => tasks);
  }

  private lineOf(group: string): PendingTask[] {
    const known = this.newGroups.get(group) ?? this.activeGroups.get(group);
    if (known) return known.tasks;
    const line: Line = { tasks: [], beginning: BEGINNING };
    this.newGroups.set(group, line);
    return line.tasks;
  }
}
