import './agent.css'
import { createStrings } from '../shared/i18n.ts'
import { mountPortal } from '../shared/mount.tsx'
import { SessionGate } from '../shared/session/SessionGate.tsx'
import { AgentPage } from './AgentPage.tsx'
import { agentEn, agentZh } from './strings.ts'

const language = navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en'
document.documentElement.lang = language
mountPortal(
  createStrings('agent', { en: { agent: agentEn }, zh: { agent: agentZh } }, language),
  <SessionGate page="agent"><AgentPage /></SessionGate>,
)
