/** Styles of the line charts. They follow the color scheme of the reader. */
export const CHART_STYLE = `<style>
svg { fill: #333; }
.background { fill: #fff; }
.faint { fill: #666; }
.grid { stroke: #ccc; }
.line { fill: none; stroke-width: 1.3; }
.flat, .line-0 { stroke: #2f7d5b; }
.growing, .line-1 { stroke: #b4532a; }
.line-2 { stroke: #3b6fb5; }
@media (prefers-color-scheme: dark) {
  svg { fill: #ddd; }
  .background { fill: #14181d; }
  .faint { fill: #999; }
  .grid { stroke: #3a3f46; }
  .flat, .line-0 { stroke: #5fc796; }
  .growing, .line-1 { stroke: #f0895c; }
  .line-2 { stroke: #7fb0f5; }
}
</style>`;
