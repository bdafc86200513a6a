import './merchant.css'
import { RouterProvider } from '@tanstack/react-router'
import { createStrings } from '../shared/i18n.ts'
import { mountPortal } from '../shared/mount.tsx'
import { SessionGate } from '../shared/session/SessionGate.tsx'
import { LiveMerchant } from './live.tsx'
import { router } from './router.tsx'
import { merchantEn } from './strings.ts'

mountPortal(
  createStrings('merchant', { en: { merchant: merchantEn } }),
  <SessionGate page="merchant"><LiveMerchant><RouterProvider router={router} /></LiveMerchant></SessionGate>,
)
