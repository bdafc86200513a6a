/** What a page is told while it is open: that something changed, never what. It asks again by its own right. */
import Type, { type Static } from 'typebox'
import { closed, oneOf, Uuid } from './common.ts'

/** `claim` is told to the desk alone; `reset` says that changes may have been missed, so that everything is asked again. */
export const EVENT_TOPICS = ['session', 'message', 'ask', 'claim'] as const
export type EventTopic = (typeof EVENT_TOPICS)[number]

/** One `event: change` of the stream. */
export const LiveEvent = Type.Object({ topic: oneOf(EVENT_TOPICS), session_id: Uuid, version: Type.Integer() }, closed)
export type LiveEvent = Static<typeof LiveEvent>

export const EVENTS_WAIT_S_MAX = 55
/** GET /api/events. */
export const EventsQuery = Type.Object({
  /** ends the answer after so many seconds; 0 tells what there is and ends: for programs that ask in turns, and behind proxies that hold streams back */
  wait_s: Type.Optional(Type.Integer({ minimum: 0, maximum: EVENTS_WAIT_S_MAX })),
  /** the id of the last event seen; a browser that reconnects sends it as Last-Event-ID */
  after: Type.Optional(Type.String({ minLength: 1, maxLength: 1500 })),
}, closed)
