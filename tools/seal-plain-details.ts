/**
 * At every start: seals the bank details that an older version kept plain. Each tenant goes in transactions of 200 rows, so it can be ended at any
 * moment and goes on at the next start; nothing is done once the database has validated that no row is plain.
 */
import { mayHoldPlainSuppliers, provision, tenantIds, validateSealedSuppliers } from '#database/provision.ts'
import { loadTenantKeys, sealBankDetails, type KeyProvider } from '#platform/keys/index.ts'

/** Answers how many suppliers were sealed now. Throws KeysUnavailable with what was not sealed yet left as it was. */
export async function sealPlainDetails(owner: { readonly url: string; readonly tenantKey: string }, provider: KeyProvider): Promise<number> {
  if (!(await mayHoldPlainSuppliers(owner.url))) return 0
  let sealed = 0
  for (const tenant_id of await tenantIds(owner.url)) {
    for (let found = 1; found > 0; sealed += found) {
      found = await provision(owner, tenant_id, async (p) => {
        const plain = await p.plainSuppliers()
        if (plain.length === 0) return 0
        const keys = await loadTenantKeys(provider, tenant_id, { read: p.readDataKeys, add: p.addDataKey })
        for (const { id, ...details } of plain) await p.sealSupplier(id, sealBankDetails(keys, id, details).bank_details_sealed)
        return plain.length
      })
    }
  }
  await validateSealedSuppliers(owner.url)
  return sealed
}
