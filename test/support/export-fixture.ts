import Papa from 'papaparse';
import { beforeAll } from 'vitest';
import type { TestApp } from './app.js';
import { Scenario } from './scenario.js';
import { createArtifactKey, type StoredRequest, storeRequest } from './stored-request.js';

export const KEY_A = createArtifactKey();
export const KEY_C = createArtifactKey();
export const KEY_D = createArtifactKey();
export const createGoneImage = (url: string) =>
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
        { url: 'https://x.example/a.jpg', key: KEY_A },
        createGoneImage('https://x.example/b.jpg'),
        {
          url: 'https://x.example/c.png',
          key: KEY_C,
          format: 'png',
          bytesIn: 3000,
          bytesOut: 1000,
        },
      ],
    },
    {
      cells: ['007', 'https://x.example/gone.jpg', 'Chair, "red"\nand big', '-5'],
      images: [createGoneImage('https://x.example/gone.jpg')],
    },
    {
      cells: ['8', 'https://x.example/d,1.jpg', 'Table', ''],
      images: [{ url: 'https://x.example/d,1.jpg', key: KEY_D }],
    },
  ],
};

/** Runs the app with ended requests in its database. */
export class ExportFixture {
  /** ID of the request for `CATALOG`. */
  requestId!: string;

  private constructor(private readonly scenario: Scenario) {}

  /** Call it once, at the top of a test file. */
  static forThisFile(): ExportFixture {
    const fixture = new ExportFixture(Scenario.forThisFile());
    beforeAll(async () => {
      fixture.requestId = await fixture.storeRequest(CATALOG);
    });
    return fixture;
  }

  get app(): TestApp {
    return this.scenario.app;
  }

  /** Writes a request to the database. Returns its ID. */
  storeRequest(request: StoredRequest): Promise<string> {
    return storeRequest(this.scenario.database.url, request);
  }

  async readRecords(path: string): Promise<string[][]> {
    return Papa.parse<string[]>((await this.app.api.getText(path)).trimEnd()).data;
  }
}
