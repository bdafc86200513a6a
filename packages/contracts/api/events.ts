/** What a page is told while it is open: that something changed, never what. It asks again by its own right. */
import Type, { type Static } from 'typebox'
import { closed, oneOf, Uuid } from './common.ts'

/** `claim` is told to the desk alone; `reset` says that changes may have been missed, so that everything is asked again. */
export const EVENT_TOPICS = ['session', 'message', 'ask', 'claim'] as const
export type EventTopic = (typeof EVENT_TOPICS)[number]

/** One `event: change` of the stream. */
export const LiveEvent = Type.Object({ topic: oneOf(EVENT_TOPICS), session_id: Uuid, version: Type.Integer() }, closed)
export type LiveEvent = Static<typeof LiveEvent>

/** A page keeps a stream so long, then asks for the next. */
export const EVENTS_WAIT_S_MAX = 3600
/** GET /api/events. */
export const EventsQuery = Type.Object({
  /** how long to be told of changes as they come, in seconds. 0, where nothing is said: what there is, at once, for whoever asks in turns or sits behind a proxy that holds streams back */
  wait_s: Type.Optional(Type.Integer({ minimum: 0, maximum: EVENTS_WAIT_S_MAX })),
  /** the id of the last event seen; a browser that reconnects sends it as Last-Event-ID */
  after: Type.Optional(Type.String({ minLength: 1, maxLength: 1500 })),
}, closed)
