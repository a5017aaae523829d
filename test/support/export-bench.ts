import Papa from 'papaparse';
import { beforeAll } from 'vitest';
import type { TestApp } from './app.js';
import { Scenario } from './scenario.js';
import { artifactKey, type StoredRequest, storeRequest } from './stored-request.js';

export const A = artifactKey();
export const C = artifactKey();
export const D = artifactKey();
export const gone = (url: string) =>
  ({ url, status: 'failed', code: 'http_404', message: 'No such image, or | it moved.' }) as const;

/** Rows with an unusual name, a repeated serial number, a formula, and two failed images. */
export const CATALOG: StoredRequest = {
  filename: 'Sommer "24" – ünï.csv',
  header: ['S. No.', 'Image Urls', 'Name', 'Note'],
  urlColumn: 1,
  rows: [
    {
      cells: ['007', 'https://x.example/a.jpg|https://x.example/b.jpg', 'Lamp', '=1+1'],
      images: [
        { url: 'https://x.example/a.jpg', key: A },
        gone('https://x.example/b.jpg'),
        { url: 'https://x.example/c.png', key: C, format: 'png', bytesIn: 3000, bytesOut: 1000 },
      ],
    },
    {
      cells: ['007', 'https://x.example/gone.jpg', 'Chair, "red"\nand big', '-5'],
      images: [gone('https://x.example/gone.jpg')],
    },
    {
      cells: ['8', 'https://x.example/d,1.jpg', 'Table', ''],
      images: [{ url: 'https://x.example/d,1.jpg', key: D }],
    },
  ],
};

/** The app, with requests put into its database as they are once they have ended. */
export class ExportBench {
  /** Request of `CATALOG`. */
  id!: string;

  private constructor(private readonly scenario: Scenario) {}

  /** Call it once, at the top of a test file. */
  static forThisFile(): ExportBench {
    const bench = new ExportBench(Scenario.forThisFile());
    beforeAll(async () => {
      bench.id = await bench.store(CATALOG);
    });
    return bench;
  }

  get app(): TestApp {
    return this.scenario.app;
  }

  /** Returns the id of the request. */
  store(request: StoredRequest): Promise<string> {
    return storeRequest(this.scenario.database.url, request);
  }

  async records(path: string): Promise<string[][]> {
    return Papa.parse<string[]>((await this.app.api.text(path)).trimEnd()).data;
  }
}
