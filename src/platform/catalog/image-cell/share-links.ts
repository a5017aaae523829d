import type { EntryFault } from './image-entry.js';
import { parseUrl } from '../../url/parse-url.js';

export interface ShareLink {
  /** URL of the file itself. */
  url?: string;
  fault?: EntryFault;
}

type Rewrite = (url: URL) => ShareLink | undefined;

const DRIVE_FILE = /^\/(?:a\/[^/]{1,255}\/)?file\/d\/([A-Za-z0-9_-]{10,})/;
const DRIVE_FOLDER = /^\/(?:drive|a\/[^/]+\/drive)?\/?(?:u\/\d+\/)?folders\//;

/** Rewrites `file/d/ID/view`, `open?id=ID`, `uc?id=ID` and `thumbnail?id=ID`. */
const rewriteGoogleDrive: Rewrite = (url) => {
  if (DRIVE_FOLDER.test(url.pathname)) return createFolderFault('Google Drive');
  const hasIdInQuery = /^\/(?:u\/\d+\/)?(?:open|uc|thumbnail)$/.test(url.pathname);
  const id =
    DRIVE_FILE.exec(url.pathname)?.[1] ?? (hasIdInQuery ? url.searchParams.get('id') : undefined);
  if (!id) return undefined;
  const downloadUrl = new URL('https://drive.google.com/uc?export=download');
  downloadUrl.searchParams.set('id', id);
  const resourceKey = url.searchParams.get('resourcekey');
  if (resourceKey) downloadUrl.searchParams.set('resourcekey', resourceKey);
  return { url: downloadUrl.href };
};

/** Adds `raw=1`, which returns the file's bytes: https://help.dropbox.com/share/force-download. */
const rewriteDropbox: Rewrite = (url) => {
  if (/^\/(?:sh|scl\/fo|home)\//.test(url.pathname)) return createFolderFault('Dropbox');
  if (!/^\/(?:s|scl\/fi)\//.test(url.pathname)) return undefined;
  const directUrl = new URL(url);
  directUrl.searchParams.delete('dl');
  directUrl.searchParams.set('raw', '1');
  return { url: directUrl.href };
};

/** Encodes the link as `u!` and unpadded base64url: https://learn.microsoft.com/graph/api/shares-get. */
const rewriteOneDrive: Rewrite = (url) => {
  if (url.pathname.startsWith('/f/') || url.pathname.startsWith('/:f:'))
    return createFolderFault('OneDrive');
  if (/^\/(?:download|personal)\b/.test(url.pathname)) return undefined;
  if (url.pathname === '/' && !url.searchParams.has('resid') && !url.searchParams.has('id')) {
    return undefined;
  }
  const token = Buffer.from(url.href).toString('base64url');
  return { url: `https://api.onedrive.com/v1.0/shares/u!${token}/root/content` };
};

/** Adds `download=1`, which makes a SharePoint link to a file (`/:i:/…`) return the file's bytes. */
const rewriteSharePoint: Rewrite = (url) => {
  if (url.pathname.startsWith('/:f:')) return createFolderFault('OneDrive');
  if (!url.pathname.startsWith('/:')) return undefined;
  const directUrl = new URL(url);
  directUrl.searchParams.set('download', '1');
  return { url: directUrl.href };
};

function findRewrite(host: string): Rewrite | undefined {
  if (host === 'drive.google.com' || host === 'docs.google.com') return rewriteGoogleDrive;
  if (host === 'www.dropbox.com' || host === 'dropbox.com') return rewriteDropbox;
  if (host === '1drv.ms' || host === 'onedrive.live.com') return rewriteOneDrive;
  if (host.endsWith('.sharepoint.com')) return rewriteSharePoint;
  return undefined;
}

/**
 * Converts a Google Drive, Dropbox, OneDrive or SharePoint share link to the URL of the file. The share link
 * itself leads to a web page. Returns undefined for any other URL.
 */
export function resolveShareLink(text: string): ShareLink | undefined {
  if (!/(?:google|dropbox|1drv|onedrive\.live|sharepoint)\.(?:com|ms)\//i.test(text.slice(0, 300)))
    return undefined;
  const url = parseUrl(text);
  return url && findRewrite(url.hostname)?.(url);
}

const createFolderFault = (service: string): ShareLink => ({
  fault: {
    code: 'share_link_folder',
    message: `This link leads to a ${service} folder. Use the share link of a single image.`,
  },
});
