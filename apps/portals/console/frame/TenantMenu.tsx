import { CompanyMenu } from '../../shared/session/CompanyMenu.tsx'
import { useSession } from '../../shared/session/session.ts'
import { Button } from '../../shared/ui/index.ts'
import { roleWords } from './roles.ts'

/** One company at a time: choosing another one loads the console anew, so that nothing crosses from one to the next. */
export function TenantMenu() {
  const session = useSession()
  return (
    <CompanyMenu
      heading="Your memberships. One company at a time; nothing crosses." failed="You are still here" wordsOf={(each) => `${each.tenant_name}, ${roleWords(each.role)}`}
      trigger={<Button iconEnd="chevrons-up-down" className="w-full justify-between font-normal! lg:w-53">{session.tenant.name}<span className="sr-only">, company</span></Button>}
    />
  )
}
