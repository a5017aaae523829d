const DRIVE_HOST = /^(drive|docs|drive\.usercontent)\.google\.com$/;
const DROPBOX_HOST = /^(www\.)?dropbox\.com$/;
const ONEDRIVE_HOST = /(^|\.)(1drv\.ms|onedrive\.live\.com|onedrive\.com|sharepoint\.com)$/;

/** Returns the name of the file-sharing service with this host, or undefined. */
export function findShareService(url: URL): string | undefined {
  if (DRIVE_HOST.test(url.hostname)) return 'Google Drive';
  if (DROPBOX_HOST.test(url.hostname)) return 'Dropbox';
  return ONEDRIVE_HOST.test(url.hostname) ? 'OneDrive' : undefined;
}
