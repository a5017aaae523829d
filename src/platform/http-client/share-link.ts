const DRIVE = /^(drive|docs)\.google\.com$/;
const DROPBOX = /^(www\.)?dropbox\.com$/;
const ONEDRIVE = /(^|\.)(1drv\.ms|onedrive\.live\.com|sharepoint\.com)$/;

/** Whether pages of this host show shared files, which are downloaded from another address. */
export function shareServiceOf(url: URL): string | undefined {
  if (DRIVE.test(url.hostname)) return 'Google Drive';
  if (DROPBOX.test(url.hostname)) return 'Dropbox';
  return ONEDRIVE.test(url.hostname) ? 'OneDrive' : undefined;
}

/**
 * The address from which a share link of Google Drive, Dropbox or OneDrive downloads its file; any
 * other URL as it is.
 */
export function downloadUrlOf(url: URL): URL {
  const direct = new URL(url);
  switch (shareServiceOf(url)) {
    case 'Google Drive': {
      const id = driveId(url);
      if (!id) return url;
      const key = url.searchParams.get('resourcekey');
      direct.hostname = 'drive.google.com';
      direct.pathname = '/uc';
      direct.search = new URLSearchParams({
        export: 'download',
        id,
        ...(key ? { resourcekey: key } : {}),
      }).toString();
      direct.hash = '';
      return direct;
    }
    case 'Dropbox':
      if (!/^\/(s|scl)\//.test(url.pathname) || url.searchParams.has('raw')) return url;
      direct.searchParams.set('dl', '1');
      return direct;
    case 'OneDrive':
      // A share link has its path: /:i:/g/… or /i/…
      if (!/^\/(:[a-z]:|[a-z])\//.test(url.pathname)) return url;
      direct.searchParams.set('download', '1');
      return direct;
    default:
      return url;
  }
}

function driveId(url: URL): string | undefined {
  const inPath = /^\/(?:a\/[^/]+\/)?file\/(?:u\/\d+\/)?d\/([\w-]{10,})/.exec(url.pathname)?.[1];
  if (inPath) return inPath;
  const isLink =
    /^\/(open|thumbnail)?$/.test(url.pathname) || /^\/(u\/\d+\/)?(open|uc)$/.test(url.pathname);
  return isLink && !url.searchParams.has('export')
    ? (url.searchParams.get('id') ?? undefined)
    : undefined;
}
