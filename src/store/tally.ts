// Rows written since this isolate started: the number that decides the bill, so it is counted everywhere.

export const tally = { object: 0, d1: 0 }

/** Runs one statement of an object and counts the rows it wrote. */
export function run<T extends Record<string, SqlStorageValue>>(
  sql: SqlStorage,
  query: string,
  ...bindings: unknown[]
): T[] {
  const cursor = sql.exec<T>(query, ...bindings)
  const rows = cursor.toArray()
  tally.object += cursor.rowsWritten
  return rows
}

/** The same for a statement that answers nothing: how many rows it wrote, those of indexes included. */
export function write(sql: SqlStorage, query: string, ...bindings: unknown[]): number {
  const cursor = sql.exec(query, ...bindings)
  // Read to its end, as it would otherwise keep its statement from being used again.
  cursor.toArray()
  const { rowsWritten } = cursor
  tally.object += rowsWritten
  return rowsWritten
}
