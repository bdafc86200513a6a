/** A corridor of the dataset as the API shows it, with the sources of its rules. */
import type { Static } from 'typebox'
import { Corridor, CorridorRow } from '#contracts/api/reference.ts'
import type { Dataset, CorridorRecord } from '#orchestrator/dataset.ts'

type Row = Static<typeof CorridorRow>
type Detail = Static<typeof Corridor>

export function corridorRow(record: CorridorRecord, mode_ceiling: Row['mode_ceiling']): Row {
  return {
    id: record.id, name: record.name, source_country: record.source.country, source_currency: record.source.currency,
    destination_country: record.destination.country, destination_currencies: [...record.destination.currencies], mode_ceiling, depth: record.depth,
    pair_count: record.allowed_pairs.length, rule_count: record.prohibited_legs.length, document_count: record.required_documents.length,
  }
}

/** The whole corridor, or for a merchant (`papers_only`) what it needs to know of it: which papers, when and how long. */
export function corridorDetail(dataset: Dataset, record: CorridorRecord, mode_ceiling: Row['mode_ceiling'], papers_only: boolean): Detail {
  const documents = record.required_documents.map((document) => ({
    code: document.code, title: dataset.corridors.document_codes[document.code] ?? document.code, when: document.when,
    stage: String(table(dataset.corridors.document_stages, document.code) ?? dataset.corridors.document_stages['default'] ?? 'before_payment'),
    lead_time: asText(table(dataset.corridors.document_lead_time, document.code) ?? dataset.corridors.document_lead_time['default']),
    facts: [...document.facts], illustrative: document.illustrative === true,
  }))
  const row = corridorRow(record, mode_ceiling)
  if (papers_only) return { ...row, allowed_pairs: [], rules: [], documents, checklist: [], regulators: [], settlement_windows: [] }
  return {
    ...row,
    documents,
    allowed_pairs: record.allowed_pairs.map((pair) => ({
      from: pair.from, to: pair.to, from_country: pair.from_country, to_country: pair.to_country, status: pair.status, conditions: pair.conditions ?? null,
      facts: [...pair.facts], illustrative: pair.illustrative === true,
    })),
    rules: record.prohibited_legs.map((rule) => ({ id: rule.id, status: rule.status, reason: rule.reason, match: rule.match, facts: [...rule.facts] })),
    checklist: record.checklist.map(({ id, item, blocking, stage, facts }) => ({ id, item, blocking, stage, facts: [...facts] })),
    regulators: record.regulators.map(({ country, authority, scope, notes, facts }) => ({ country, authority, scope, notes: notes ?? null, facts: [...facts] })),
    settlement_windows: record.settlement_windows.map((window) => ({
      id: window.id, name: window.name, text: windowText(window), timezone: window.timezone, facts: [...window.facts], unverified_claim: window.unverified_claim === true,
    })),
  }
}

function windowText(window: CorridorRecord['settlement_windows'][number]): string {
  return [
    window.opens && window.closes ? `open ${window.opens} to ${window.closes}` : null,
    window.cut_off ? `cut-off ${window.cut_off}` : null,
    window.settles ? `settles ${window.settles}` : null,
    window.schedule ?? null,
    window.duration ? `${window.duration.p90} at p90, ${window.duration.clock} clock` : null,
  ].filter((part) => part !== null).join('; ')
}

const table = (entries: Readonly<Record<string, unknown>>, code: string): unknown => (Object.hasOwn(entries, code) ? entries[code] : undefined)
const asText = (value: unknown): string | null => (typeof value === 'string' ? value : null)
