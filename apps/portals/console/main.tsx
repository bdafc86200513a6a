import './console.css'
import { RouterProvider } from '@tanstack/react-router'
import { createStrings } from '../shared/i18n.ts'
import { mountPortal } from '../shared/mount.tsx'
import { SessionGate } from '../shared/session/SessionGate.tsx'
import { LiveConsole } from './live.tsx'
import { ProvenanceProvider } from './provenance/ProvenanceProvider.tsx'
import { router } from './router.tsx'

// The desk works in English; only what every page shares comes from the string tables.
mountPortal(
  createStrings('console', { en: { console: {} } }),
  <SessionGate page="console" move={['merchant_client', 'settlement_agent']}>
    <LiveConsole><ProvenanceProvider><RouterProvider router={router as never} /></ProvenanceProvider></LiveConsole>
  </SessionGate>,
)
