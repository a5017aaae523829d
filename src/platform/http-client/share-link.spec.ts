import { describe, expect, it } from 'vitest';
import { downloadUrlOf } from './share-link.js';

const DRIVE = 'https://drive.google.com/uc?export=download&id=1AbCdEfGhIjK';

describe('downloadUrlOf()', () => {
  it.each([
    ['https://drive.google.com/file/d/1AbCdEfGhIjK/view?usp=sharing', DRIVE],
    ['https://drive.google.com/file/u/0/d/1AbCdEfGhIjK/edit', DRIVE],
    ['https://drive.google.com/open?id=1AbCdEfGhIjK', DRIVE],
    ['https://drive.google.com/uc?id=1AbCdEfGhIjK', DRIVE],
    [
      'https://drive.google.com/file/d/1AbCdEfGhIjK/view?resourcekey=0-x',
      `${DRIVE}&resourcekey=0-x`,
    ],
    ['https://www.dropbox.com/s/abc/a.jpg?dl=0', 'https://www.dropbox.com/s/abc/a.jpg?dl=1'],
    [
      'https://www.dropbox.com/scl/fi/abc/a.jpg?rlkey=k&dl=0',
      'https://www.dropbox.com/scl/fi/abc/a.jpg?rlkey=k&dl=1',
    ],
    ['https://1drv.ms/i/s!abc', 'https://1drv.ms/i/s!abc?download=1'],
    [
      'https://x.sharepoint.com/:i:/g/personal/abc?e=1',
      'https://x.sharepoint.com/:i:/g/personal/abc?e=1&download=1',
    ],
  ])('rewrites %s', (link, direct) => {
    expect(downloadUrlOf(new URL(link)).href).toBe(direct);
  });

  it.each([
    DRIVE,
    'https://drive.google.com/drive/folders/1AbCdEfGhIjK',
    'https://dl.dropboxusercontent.com/s/abc/a.jpg',
    'https://www.dropbox.com/s/abc/a.jpg?raw=1',
    'https://shop.example/file/d/1AbCdEfGhIjK/view',
    'https://evildrive.google.com.example/open?id=1AbCdEfGhIjK',
  ])('leaves %s as it is', (link) => {
    expect(downloadUrlOf(new URL(link)).href).toBe(link);
  });
});
