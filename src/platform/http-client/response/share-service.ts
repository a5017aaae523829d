const DRIVE = /^(drive|docs|drive\.usercontent)\.google\.com$/;
const DROPBOX = /^(www\.)?dropbox\.com$/;
const ONEDRIVE = /(^|\.)(1drv\.ms|onedrive\.live\.com|onedrive\.com|sharepoint\.com)$/;

/** Returns the name of the file-sharing service with this host, or undefined. */
export function findShareService(url: URL): string | undefined {
  if (DRIVE.test(url.hostname)) return 'Google Drive';
  if (DROPBOX.test(url.hostname)) return 'Dropbox';
  return ONEDRIVE.test(url.hostname) ? 'OneDrive' : undefined;
}
