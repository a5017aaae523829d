import { useContext } from 'preact/hooks';
import type { Image } from '../api/types.js';
import { PRESET_NAMES } from '../presets/preset-names.js';
import { AuditContext } from './use-status-details.js';

/** Shows whether an image passed the marketplace check, and the reasons if it failed. */
export function ImageAuditResult({ image: { audit: reasons } }: { image: Image }) {
  const audit = useContext(AuditContext);
  if (!audit || !reasons) return null;
  const name = `${PRESET_NAMES[audit.preset]} check`;
  if (reasons.length === 0) return <p class="notice good small">Passed the {name}</p>;
  return (
    <div class="notice bad small">
      <strong>Failed the {name}</strong>
      <ul>
        {reasons.map(({ code, message }) => (
          <li key={code}>{message}</li>
        ))}
      </ul>
    </div>
  );
}
