/**
 * What is looked for in a file before anybody can read it: its form always, viruses where a scanner is configured. Both must pass. May import
 * contracts.
 */
export { FILE_TYPES, type MediaType } from './file-types.ts'
export { checkForm, FORM_CHECK, type FormFault } from './form-check.ts'
export { clamdAddress, createClamav, type ClamdAddress } from './clamav.ts'
export type { Scanner, ScanVerdict } from './scanner.ts'
