import type { Static } from 'typebox'
import type { Problem as ProblemSchema } from '#contracts/api/common.ts'

export type Problem = Static<typeof ProblemSchema>

/** An answer that is not a success: thrown by `answer`, caught by queries and mutations, drawn by ErrorNotice. */
export class ApiError extends Error {
  readonly problem: Problem
  /** from the `x-request-id` header: what to quote to support; empty when there was no answer */
  readonly request_id: string
  constructor(problem: Problem, requestId = '') {
    super(`${problem.code}: ${problem.detail}`)
    this.name = 'ApiError'
    this.problem = problem
    this.request_id = requestId
  }
}

const isProblem = (value: unknown): value is Problem =>
  typeof value === 'object' && value !== null && typeof (value as Problem).code === 'string' && typeof (value as Problem).detail === 'string'

/** The problem of an answer's body, or one that says only what is known: the status. */
export function asProblem(body: unknown, status: number): Problem {
  if (isProblem(body)) return body
  return {
    type: 'about:blank', title: 'Something went wrong', status, code: 'unexpected_answer',
    detail: status === 0 ? 'The server did not answer. Check the connection and try again.' : `The server answered with status ${status}.`,
  }
}

/** The problem behind anything that was thrown: an ApiError's own, or that the server did not answer. */
export const problemOf = (error: unknown): Problem =>
  error instanceof ApiError ? error.problem : asProblem(null, 0)

/** Whether an error is the problem with this code. */
export const hasCode = (error: unknown, code: string): error is ApiError => error instanceof ApiError && error.problem.code === code
