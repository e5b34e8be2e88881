// An operation of a user object, as a door hands it over.
import type { OperationAt, Parsed } from '../../contract/operations.ts'

export type UserAsk = {
  [O in OperationAt<'user'>]: { operation: O; input: Parsed<O> }
}[OperationAt<'user'>]
