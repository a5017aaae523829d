import { describe, expect, it } from 'vitest';
import { FairPlaces } from './fair-places.js';

const never = new AbortController().signal;

/** How many places this owner gets. */
function taken(places: FairPlaces, owner: string): number {
  let count = 0;
  while (places.take(owner)) count += 1;
  return count;
}

describe('FairPlaces', () => {
  it('gives everything to the only owner there can be', () => {
    expect(taken(new FairPlaces(5, 1), '')).toBe(5);
  });

  it.each([
    [5, 3, 2],
    [4, 2, 2],
    [2, 1, 1],
    [1, 1, 0],
  ])(
    'of %i places gives %i to the first of several owners, the other %i to the next',
    (size, first, next) => {
      const places = new FairPlaces(size, 2);
      expect(taken(places, 'shop')).toBe(first);
      expect(taken(places, 'desk')).toBe(next);
    },
  );

  it('keeps places for a third and a fourth owner when two take all that they can', () => {
    const places = new FairPlaces(8, 4);
    expect(['shop', 'desk', 'yard', 'dock'].map((owner) => taken(places, owner))).toEqual([
      4, 2, 1, 1,
    ]);
  });

  it('admits a waiting owner that holds none before one that has its share', async () => {
    const places = new FairPlaces(5, 4);
    const giveBack = places.take('shop')!;
    expect(taken(places, 'shop')).toBe(2);
    expect(taken(places, 'desk')).toBe(1);
    expect(taken(places, 'yard')).toBe(1);
    const admitted: string[] = [];
    const enter = async (owner: string) => admitted.push((await places.enter(owner, never), owner));
    void enter('desk');
    const dock = enter('dock');
    giveBack();
    await dock;
    expect(admitted).toEqual(['dock']);
  });

  it('takes a place back once, however often it is given', () => {
    const places = new FairPlaces(1, 1);
    const giveBack = places.take('')!;
    giveBack();
    giveBack();
    expect(taken(places, '')).toBe(1);
  });

  it('lets those who wait in by turns', async () => {
    const places = new FairPlaces(1, 1);
    const first = places.take('')!;
    const order: string[] = [];
    const enter = async (name: string) => {
      const giveBack = await places.enter('', never);
      order.push(name);
      giveBack();
    };
    const all = [enter('second'), enter('third')];
    first();
    await Promise.all(all);
    expect(order).toEqual(['second', 'third']);
  });

  it('lets in who waits behind one that has his share', async () => {
    const places = new FairPlaces(2, 2);
    places.take('shop');
    const other = places.take('yard')!;
    void places.enter('shop', never);
    const desk = places.enter('desk', never);
    other();
    await expect(desk).resolves.toBeTypeOf('function');
  });

  it('forgets who does not wait any longer', async () => {
    const places = new FairPlaces(1, 1);
    const giveBack = places.take('')!;
    const patience = new AbortController();
    const waiting = places.enter('', patience.signal);
    patience.abort(new Error('gone'));
    await expect(waiting).rejects.toThrow('gone');
    await expect(places.enter('', patience.signal)).rejects.toThrow('gone');
    giveBack();
    expect(taken(places, '')).toBe(1);
  });
});
