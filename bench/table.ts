/** The cells of one line, with the titles of their columns. */
export type Row = readonly (readonly [title: string, cell: string])[]

/** A table of lines that have the same columns. */
export function formatColumns(rows: readonly Row[]): string {
  const titles = rows[0]?.map(([title]) => title) ?? []
  const lines = [titles, ...rows.map(row => row.map(([, cell]) => cell))]
  const widths = titles.map((_title, i) => Math.max(...lines.map(line => line[i]?.length ?? 0)))
  return lines
    .map(line =>
      line
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
