import { createHash } from 'node:crypto';

/** Stylesheet of the report, for light and dark themes, phones and A4 paper. */
export const REPORT_STYLE = `
:root{color-scheme:light dark;--paper:#fff;--ink:#1d1c1a;--line:#d5d3cd;--dim:#5f5b54;--bad:#a8321f}
@media (prefers-color-scheme:dark){:root{--paper:#151614;--ink:#eceae5;--line:#454843;--dim:#b3afa6;--bad:#ff9b86}}
*{box-sizing:border-box}html{background:var(--paper);color:var(--ink)}
body{font:15px/1.45 system-ui,sans-serif;max-width:62rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.5rem;line-height:1.2;margin:0;overflow-wrap:anywhere}
h2{font-size:1.15rem;margin:1.8rem 0 .4rem}h3{font-size:1rem;margin:1rem 0 .2rem}p{margin:.3rem 0}
dl{display:grid;grid-template-columns:repeat(auto-fit,minmax(9rem,1fr));gap:.6rem;margin:1rem 0}
dl div{border:1px solid var(--line);border-radius:8px;padding:.6rem}
dt{color:var(--dim);font-size:.85em}dd{margin:0;font-size:1.25rem;font-weight:600}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:.35rem .6rem .35rem 0;vertical-align:top;border-bottom:1px solid var(--line)}
th{color:var(--dim);font-weight:500;font-size:.85em}
td.n,th.n{text-align:right;white-space:nowrap;width:1%;font-variant-numeric:tabular-nums}
th:last-child,td:last-child{padding-right:0}
td{overflow-wrap:anywhere}.url,.note{color:var(--dim);font-size:.85em}
.url{display:block;overflow-wrap:anywhere}.bad{color:var(--bad)}
ul{list-style:none;margin:0;padding:0}
@media (max-width:30rem){body{margin:1rem auto}th,td{padding-right:.4rem}.optional{display:none}}
@page{size:A4;margin:12mm}
@media print{:root{color-scheme:light;--paper:#fff;--ink:#000;--line:#c9cccf;--dim:#555;--bad:#a8321f}
body{margin:0;padding:0;max-width:none;font-size:9.5px;line-height:1.3}
h1{font-size:16px}h2{font-size:12px;margin:10px 0 2px;break-after:avoid}
h3{font-size:10.5px;margin:6px 0 0;break-after:avoid}p{margin:2px 0}
dl{grid-template-columns:repeat(4,1fr);gap:6px;margin:6px 0}dl div{padding:3px 6px}dt{white-space:nowrap}dd{font-size:12px}
table{table-layout:fixed}th,td{padding-top:1.5px;padding-bottom:1.5px}td.n,th.n{width:60px}td.problem{width:auto}
td.image,.group li{overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.url{display:inline;margin-left:4px}.optional{display:table-cell}.group li:nth-child(n+3){display:none}
tr{break-inside:avoid}}
`;

/** Content security policy that allows only the stylesheet of the page. */
export const REPORT_POLICY = [
  `default-src 'none'`,
  `style-src 'sha256-${createHash('sha256').update(REPORT_STYLE).digest('base64')}'`,
  `base-uri 'none'`,
  `form-action 'none'`,
  `frame-ancestors 'none'`,
].join('; ');
